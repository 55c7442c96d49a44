"""The department's internal file server: folders behind HTTP basic authentication."""
import base64
import configparser
import hmac
import http.server
import os
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SETTINGS = configparser.ConfigParser(interpolation=None)
SETTINGS.read(os.path.join(HERE, "app.ini"), encoding="utf-8")
ROOT = os.path.join(HERE, "data")
PAIR = f'{SETTINGS["store"]["account"]}:{SETTINGS["store"]["password"]}'
TOKEN = "Basic " + base64.b64encode(PAIR.encode()).decode()


class Files(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = "HoSo", ""

    def do_GET(self):
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), TOKEN.encode()):
            self.answer(401, "Cần đăng nhập.\n", {"WWW-Authenticate": 'Basic realm="ho-so"'})
            return
        path = os.path.realpath(os.path.join(ROOT, self.path.lstrip("/")))
        if path != ROOT and not path.startswith(ROOT + os.sep):
            self.answer(404, "Không có.\n", {})
        elif os.path.isdir(path):
            names = sorted(os.listdir(path))
            folders = (name + "/" if os.path.isdir(os.path.join(path, name)) else name for name in names)
            self.answer(200, "".join(name + "\n" for name in folders), {})
        elif os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                self.answer(200, file.read(), {})
        else:
            self.answer(404, "Không có.\n", {})

    def answer(self, status, text, headers):
        content = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, form, *values):
        print(time.strftime("%F %T"), self.client_address[0], form % values, flush=True)


http.server.ThreadingHTTPServer(("", 8080), Files).serve_forever()
