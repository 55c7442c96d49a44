"""Looks a machine's name up. Weak on purpose: the name reaches a shell as the visitor typed it."""
import subprocess


def look_up(name):
    done = subprocess.run("getent hosts " + name, shell=True, capture_output=True, text=True, timeout=20)
    return done.stdout + done.stderr or "Không phân giải được tên này."
