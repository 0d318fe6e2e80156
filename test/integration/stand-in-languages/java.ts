import type { LanguageProject } from './project.ts'

export const java: LanguageProject[] = [
  {
    what: 'a Maven project',
    files: {
      'README.md': '# Tides\n\nTides is a library for Java.\n',
      'pom.xml':
        '<project>\n  <parent>\n    <artifactId>parent</artifactId>\n    <version>9</version>\n  </parent>\n  <artifactId>tides</artifactId>\n  <version>1.4.0</version>\n  <description>Reads tide tables</description>\n  <dependencies>\n    <dependency>\n      <groupId>junit</groupId>\n      <artifactId>junit</artifactId>\n    </dependency>\n  </dependencies>\n</project>\n',
      'src/main/java/org/sea/Table.java':
        '/*\n * Copyright (C) 2024 Somebody.\n * Licensed under the Apache License.\n */\npackage org.sea;\n\nimport org.sea.store.Store;\n\n/**\n * The tides of a port. Safe for threads.\n *\n * @author Somebody\n */\npublic final class Table<T> {\n  /** Reads a table. */\n  public static Table<String> read(String path) {\n    return null;\n  }\n\n  private void hidden() {}\n}\n',
      'src/main/java/org/sea/store/Store.java':
        'package org.sea.store;\n\n/** Keeps tables. */\npublic interface Store {\n  /** Opens one. */\n  void open(String path);\n}\n',
      'src/test/java/org/sea/TableTest.java':
        'package org.sea;\n\npublic class TableTest {\n  @Test\n  public void readsAPort() {}\n}\n',
    },
    says: {
      overview: ['| Version | `1.4.0` | [pom.xml, line 7]'],
      'public-api': [
        '```java source=src/main/java/org/sea/Table.java#L9-L21\n/**\n * The tides of a port. Safe for threads.',
        '[read](source:src/main/java/org/sea/Table.java#L15-L18) – Reads a table.',
      ],
      tests: ['- readsAPort', '`mvn test`'],
      dependencies: ['| `junit` |'],
    },
    lacks: ['[hidden]', 'Apache'],
  },
  {
    what: 'a Gradle project',
    files: {
      'build.gradle':
        "plugins {\n    id 'java'\n}\n\ngroup 'org.flow'\nversion '2.0'\n\ndependencies {\n    implementation 'com.google.guava:guava:33.0.0-jre'\n}\n",
      'src/main/java/org/flow/Main.java':
        'package org.flow;\n\npublic class Main {\n  public static void main(String[] args) {\n    System.getenv("FLOW_HOME");\n  }\n}\n',
      'src/main/java/org/flow/Mode.java':
        'package org.flow;\n\n/** How it flows. */\npublic enum Mode {\n  FAST,\n  SLOW\n}\n',
    },
    says: {
      dependencies: ['| `com.google.guava:guava:33.0.0-jre` |'],
      configuration: ['| `FLOW_HOME` |'],
      architecture: ['Main.java](source:src/main/java/org/flow/Main.java'],
      'public-api': ['public enum Mode {\n  FAST,\n  SLOW\n}'],
    },
  },
  {
    what: 'records and annotations',
    files: {
      'src/Point.java':
        'package shapes;\n\n/** Where something is. */\npublic record Point(int x, int y) {\n  /** How far away. */\n  public double distance() {\n    return 0;\n  }\n}\n',
      'src/Checked.java':
        'package shapes;\n\n/** Marks what is checked. */\npublic @interface Checked {\n  String value();\n}\n',
    },
    says: { 'public-api': ['public record Point(int x, int y) {', 'Marks what is checked.'] },
  },
]
