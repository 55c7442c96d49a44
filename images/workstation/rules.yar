/* Common signs of a PHP web shell; a starting point that analysts extend. */
rule php_runs_what_a_visitor_sends
{
  strings:
    $php = "<?php"
    $input = /\$_(POST|GET|REQUEST|COOKIE)\s*\[/
    $run = /\b(system|exec|shell_exec|passthru|popen|proc_open|eval|assert)\s*\(/
  condition:
    $php and $input and $run
}

rule php_behind_a_picture_header
{
  strings:
    $gif = "GIF8"
    $php = "<?php"
  condition:
    $gif at 0 and $php
}
