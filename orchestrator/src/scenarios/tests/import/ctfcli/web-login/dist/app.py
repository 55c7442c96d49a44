"""Trang đăng nhập: mẫu trong tên đăng nhập được tính, chẳng hạn {{7*7}}."""
import html
import http.server
import re
import urllib.parse


class Login(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        name = query.get("name", ["khách"])[0]
        product = re.compile(r"\{\{(\d{1,4})\*(\d{1,4})\}\}")
        name = product.sub(lambda it: str(int(it[1]) * int(it[2])), name)
        page = f"<!doctype html><meta charset=utf-8><form><input name=name></form><p>Chào {html.escape(name)}.</p>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


http.server.HTTPServer(("", 8080), Login).serve_forever()
