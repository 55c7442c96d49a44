# Danh mục tình huống (MSEL): cột và cách gọi trong bảng tính; nhập lại được bằng `scenario import`
msel-control = Số hiệu
msel-move = Giai đoạn
msel-group = Nhóm
msel-method = Hình thức
msel-from = Đơn vị gửi
msel-to = Đơn vị nhận
msel-time = Thời điểm
msel-title = Tiêu đề
msel-subject = Trích yếu
msel-text = Nội dung
msel-expected = Hành động mong đợi
msel-due = Thời hạn trả lời
msel-points = Điểm
msel-blue = Đội phòng thủ
msel-white = Ban tổ chức
msel-mail = Thư điện tử
msel-phone = Điện thoại
msel-news = Tin tức
msel-chat = Tin nhắn
msel-document = Văn bản
msel-action = Thao tác trên máy
msel-manual = Ban tổ chức phát
msel-solved = Khi giải xong { $name }
msel-failed = Khi { $name } ngừng
msel-list = Danh mục tình huống

# Lớp ATT&CK Navigator
navigator-named = có trong kịch bản
navigator-used = nhiều nhiệm vụ và tình huống nhắc đến nhất
navigator-scenario = Kịch bản
navigator-version = Phiên bản
navigator-task = Nhiệm vụ
navigator-objective = Mục tiêu
navigator-event = Tình huống
navigator-in-scenario = Có trong kịch bản
