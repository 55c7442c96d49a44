# Kịch bản
library-lead = Mỗi kịch bản tự chứng minh: lời giải mẫu chạy trên máy thật, mọi nhiệm vụ hỏng trước và đạt sau lời giải.
library-reset = Bỏ lọc
library-search = Tìm kịch bản
library-search-hint = Tên, mã ATT&CK, không cần gõ dấu
library-count = { $shown } trong { $total } kịch bản
library-nodes = { $count } máy một đội
library-tasks = { $count } nhiệm vụ
library-used = { $count ->
    [0] Chưa dùng lần nào
   *[other] Đã dùng { $count } cuộc
}
library-empty-title = Không có kịch bản phù hợp
library-empty = Bớt điều kiện lọc, hoặc đặt thêm kịch bản vào thư mục kịch bản của máy chủ.
library-broken = Không đọc được { $folder }
library-valid = Hợp lệ
library-level = Mức độ
library-kind = Hình thức
library-audience = Đối tượng
library-sectors = Lĩnh vực
library-length = Thời lượng
level-basic = Cơ bản
level-intermediate = Trung bình
level-advanced = Nâng cao
kind-simulation = Mô phỏng
kind-live_fire = Thực chiến
kind-tabletop = Sa bàn
length-short = Dưới 60 phút
length-medium = 60–120 phút
length-long = Trên 120 phút
scenario-launch = Tạo cuộc diễn tập
scenario-tasks = Nhiệm vụ
scenario-task = Nhiệm vụ
scenario-task-kind = Cách trả lời
scenario-timeline = Diễn biến
scenario-timeline-empty = Kịch bản này không có tình huống định trước.
scenario-nodes = Máy của mỗi đội
scenario-node = Máy
scenario-role = Vai trò
scenario-terminal = Người dùng terminal
scenario-web = Trang web
scenario-facts = Thông tin
scenario-level = Mức độ
scenario-length = Thời lượng
scenario-kind = Hình thức
scenario-version = Phiên bản
scenario-state = Trạng thái
scenario-skills = Vai trò công việc (NICE)
scenario-services = Dịch vụ phải giữ hoạt động
answer-flag = Cờ
answer-text = Câu hỏi
answer-number = Số
answer-pattern = Câu hỏi theo mẫu
answer-choice = Chọn một
answer-choices = Chọn nhiều
answer-order = Xếp thứ tự
answer-file = Tìm tệp
answer-check = Hệ thống tự kiểm tra
answer-report = Báo cáo
role-analyst = Phân tích
role-target = Mục tiêu
role-adversary = Kẻ tấn công
role-infrastructure = Hạ tầng
role-checker = Kiểm tra
when-at = Phút { $minutes }
when-solved = Khi giải xong: { $what }
when-failed = Khi dịch vụ hỏng: { $what }
when-manual = Do ban tổ chức gửi
event-action = Hành động trên máy { $node }
channel-mail = Thư điện tử
channel-phone = Điện thoại
channel-news = Tin tức
channel-chat = Tin nhắn
channel-document = Văn bản
scenario-other-tasks = Nhiệm vụ khác
audience-incident-team = Đội ứng cứu sự cố
audience-it-specialist = Cán bộ chuyên trách CNTT
audience-all-staff = Mọi cán bộ
audience-leader = Lãnh đạo đơn vị
sector-information = Thông tin
sector-health = Y tế
sector-energy = Năng lượng
sector-transport = Giao thông
sector-finance = Tài chính

## Copies kept ready
pool-title = Môi trường dự phòng
pool-ready = Sẵn sàng
pool-preparing = Đang dựng
pool-failed = Hỏng
pool-none = Chưa có môi trường dự phòng. Môi trường dự phòng được dựng trước, tạm nghỉ và giao cho đội ngay khi cần: cuộc diễn tập chuẩn bị xong tức thì, đặt lại môi trường không phải chờ.
pool-size = Số môi trường dự phòng
pool-keep = Giữ sẵn
pool-too-many = Giữ sẵn được nhiều nhất { $most } môi trường dự phòng.
pool-changed = { $count ->
    [0] Không giữ môi trường dự phòng nào nữa.
   *[other] Giữ sẵn { $count } môi trường dự phòng; môi trường còn thiếu được dựng ngay khi không đội nào phải chờ.
}
