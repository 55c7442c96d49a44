<?php
// Makes the portal's database when the image is built. Dates lie in the days before the build.
[$path] = [$argv[1]];
$database = new PDO("sqlite:$path");
$database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$database->exec('
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, display TEXT NOT NULL, role TEXT NOT NULL, password TEXT NOT NULL, created TEXT NOT NULL);
  CREATE TABLE articles (id INTEGER PRIMARY KEY, section TEXT NOT NULL, title TEXT NOT NULL, lead TEXT NOT NULL, body TEXT NOT NULL, picture TEXT NOT NULL, author TEXT NOT NULL, published TEXT NOT NULL);
  CREATE TABLE petitions (id INTEGER PRIMARY KEY, sender TEXT, subject TEXT NOT NULL, body TEXT NOT NULL, picture TEXT, received TEXT NOT NULL, answered TEXT);
  CREATE TABLE procedures (code TEXT PRIMARY KEY, title TEXT NOT NULL, field TEXT NOT NULL, days INTEGER NOT NULL);
');
$add = fn(string $table, array $row) => $database->prepare(
    "INSERT INTO $table (" . implode(', ', array_keys($row)) . ') VALUES (' . implode(', ', array_fill(0, count($row), '?')) . ')'
)->execute(array_values($row));

$content = json_decode(file_get_contents(__DIR__ . '/content.json'), true, 16, JSON_THROW_ON_ERROR);
$add('settings', ['name' => 'notice', 'value' => $content['notice']]);
foreach ($content['accounts'] as $account) {
    // No account can be entered until a password is set: '!' is the hash of nothing.
    $add('accounts', $account + ['password' => '!']);
}
foreach ($content['articles'] as $index => $article) {
    $article['body'] = implode("\n", $article['body']);
    $add('articles', $article + ['published' => date('Y-m-d', time() - 86400 * (int) ($index * 1.4))]);
}
foreach ($content['procedures'] as $procedure) {
    $add('procedures', $procedure);
}
foreach ($content['petitions'] as $index => $petition) {
    $received = time() - 86400 * (20 - 3 * $index);
    $add('petitions', $petition + ['received' => date('c', $received), 'answered' => date('c', $received + 3 * 86400)]);
}
