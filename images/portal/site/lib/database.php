<?php
// The portal's one database file and the two ways to ask it.
const DATABASE = '/srv/portal/data/portal.db';

function database(): PDO
{
    static $connection = null;
    if ($connection === null) {
        $connection = new PDO('sqlite:' . DATABASE);
        $connection->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
        $connection->setAttribute(PDO::ATTR_DEFAULT_FETCH_MODE, PDO::FETCH_ASSOC);
        $connection->exec('PRAGMA busy_timeout = 3000');
    }
    return $connection;
}

function run(string $sql, array $values = []): PDOStatement
{
    $statement = database()->prepare($sql);
    $statement->execute($values);
    return $statement;
}

function rows(string $sql, array $values = []): array
{
    return run($sql, $values)->fetchAll();
}
