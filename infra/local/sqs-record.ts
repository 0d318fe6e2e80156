import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda'

/**
 * A received message as Lambda's event source mapping passes it to a function.
 * Source: Lambda developer guide, "Using Lambda with Amazon SQS", and @types/aws-lambda.
 */
export function sqsRecord(message: Message, queueArn: string): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes } as unknown as SQSRecordAttributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, recordAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes ? { md5OfMessageAttributes: message.MD5OfMessageAttributes } : {}),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  }
}

function recordAttribute(value: MessageAttributeValue): SQSMessageAttribute {
  const { StringValue, BinaryValue, DataType = 'String' } = value
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  }
}
