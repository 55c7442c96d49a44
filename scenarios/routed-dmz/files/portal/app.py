"""The department's portal. Deliberately weak, for the range alone: see diagnostics.py and the backup in /sao-luu."""
import base64
import configparser
import html
import http.server
import json
import os
import time
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
SETTINGS = configparser.ConfigParser(interpolation=None)
SETTINGS.read(os.path.join(HERE, "app.ini"), encoding="utf-8")
with open(os.path.join(HERE, "dossiers.json"), encoding="utf-8") as file:
    DOSSIERS = json.load(file)
try:
    import diagnostics
except ImportError:
    diagnostics = None

PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}}header{{border-bottom:3px solid #a31515}}
nav a{{margin-right:1rem}}pre{{background:#f4f4f4;padding:1rem}}</style>
<header><h1>Sở Khoa học và Công nghệ tỉnh Trường Sơn</h1><nav><a href="/">Trang chủ</a><a href="/tra-cuu">Tra cứu hồ sơ</a>
<a href="/van-ban">Văn bản</a></nav></header><h2>{title}</h2>{body}
<footer><small>Phòng Chuyển đổi số. Hỗ trợ kỹ thuật: {support}</small></footer></html>"""


def page(title, body):
    support = SETTINGS["portal"]["support"]
    link = f'<a href="{support}">{support}</a>'
    return PAGE.format(title=html.escape(title), body=body, support=link)


def documents():
    """The names of published documents, asked from the internal file server through the gateway."""
    store = SETTINGS["store"]
    token = base64.b64encode(f'{store["account"]}:{store["password"]}'.encode()).decode()
    request = urllib.request.Request(store["address"] + "/cong-khai/", headers={"Authorization": "Basic " + token})
    with urllib.request.urlopen(request, timeout=4) as answer:
        return answer.read().decode().splitlines()


class Portal(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = "SoKHCN", ""

    def do_GET(self):
        path, _, query = self.path.partition("?")
        asked = {name: values[0] for name, values in urllib.parse.parse_qs(query).items()}
        if path == "/":
            self.send("Trang chủ", "<p>Tra cứu tình trạng hồ sơ đăng ký đề tài, sáng kiến và văn bản công khai.</p>")
        elif path == "/suc-khoe":
            self.answer(200, b"ok\n", "text/plain")
        elif path == "/tra-cuu":
            found = DOSSIERS.get(asked.get("ma", ""), "Nhập mã hồ sơ, ví dụ HS-001.")
            self.send("Tra cứu hồ sơ", f'<form><input name="ma"> <button>Tra cứu</button></form><p>{html.escape(found)}</p>')
        elif path == "/van-ban":
            try:
                listed = "".join(f"<li>{html.escape(name)}</li>" for name in documents())
                self.send("Văn bản công khai", f"<ul>{listed}</ul>")
            except OSError as error:
                self.send("Văn bản công khai", f"<p>Máy chủ hồ sơ không trả lời: {html.escape(str(error))}</p>", 502)
        elif path == "/chan-doan" and diagnostics:
            name = asked.get("may", "gateway")
            found = html.escape(diagnostics.look_up(name))
            self.send("Chẩn đoán kết nối", f'<form><input name="may"> <button>Kiểm tra</button></form><pre>{found}</pre>')
        elif (path + "/").startswith("/sao-luu/") and os.path.isdir(os.path.join(HERE, "public/sao-luu")):
            self.backup(path.removeprefix("/sao-luu").removeprefix("/"))
        else:
            self.send("Không tìm thấy", "<p>Không có trang này.</p>", 404)

    def backup(self, name):
        folder = os.path.join(HERE, "public/sao-luu")
        names = sorted(os.listdir(folder))
        if name == "":
            self.send("Sao lưu", "".join(f'<p><a href="/sao-luu/{entry}">{entry}</a></p>' for entry in names))
        elif name in names:
            with open(os.path.join(folder, name), "rb") as file:
                self.answer(200, file.read(), "application/gzip")
        else:
            self.send("Không tìm thấy", "<p>Không có tệp này.</p>", 404)

    def send(self, title, body, status=200):
        self.answer(status, page(title, body).encode(), "text/html; charset=utf-8")

    def answer(self, status, content, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, form, *values):
        # The gateway's own line is the last; whatever stands before it, the visitor wrote.
        told = self.headers.get_all("X-Forwarded-For", []) if hasattr(self, "headers") else []
        client = told[-1] if told else self.client_address[0]
        print(time.strftime("%F %T"), client, form % values, flush=True)


http.server.ThreadingHTTPServer(("", 8080), Portal).serve_forever()
