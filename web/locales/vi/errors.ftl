# Vì sao một việc trong diễn tập chưa thực hiện được, và phải làm gì
exercise-wrong-state = Không làm được việc này khi cuộc diễn tập { $state ->
    [draft] còn là bản nháp
    [preparing] đang chuẩn bị
    [ready] chưa bắt đầu
    [running] đang diễn ra
    [paused] đang tạm dừng
   *[finished] đã kết thúc
}.
exercise-title-missing = Đặt tên cho cuộc diễn tập.
exercise-team-name-missing = Đặt tên cho từng đội.
exercise-name-too-long = Tên dài quá { $limit } ký tự.
exercise-name-characters = Tên có ký tự không hiển thị được. Hãy gõ lại tên.
exercise-teams-missing = Chọn ít nhất một người để lập đội.
exercise-teams-too-many = Một cuộc diễn tập có nhiều nhất { $limit } đội.
exercise-team-name-twice = Có hai đội cùng tên “{ $team }”.
exercise-team-empty = Đội “{ $team }” chưa có ai.
exercise-team-too-large = Đội “{ $team }” có quá nhiều người.
exercise-member-twice = Có người ở hai đội, một trong đó là “{ $team }”. Mỗi người chỉ ở một đội.
exercise-duration-range = Thời lượng phải từ 1 phút đến 5 ngày.
exercise-override-reason-missing = Ghi lý do vì sao vẫn cho bắt đầu.
answer-missing = Nhập câu trả lời.
answer-too-long = Câu trả lời dài quá { $limit } ký tự.
answer-too-fast = Đội gửi quá nhanh. Thử lại sau { $seconds } giây.
answer-no-tries = Đội đã dùng hết số lần thử của nhiệm vụ này.
answer-locked = Nhiệm vụ này còn khóa. Hoàn thành trước các nhiệm vụ mà nó đòi.
answer-not-a-number = Nhập một số, ví dụ 12,5 hoặc 12.5. Không tách hàng nghìn bằng dấu chấm hay dấu phẩy. Lần này không tính là một lần thử.
answer-not-a-digest = Nhập mã SHA-256 của tệp: 64 chữ số thập lục phân, như lệnh sha256sum in ra. Lần này không tính là một lần thử.
answer-not-an-option = Chọn trong các lựa chọn đã cho. Lần này không tính là một lần thử.
answer-not-an-order = Cho mỗi lựa chọn một vị trí, không vị trí nào trùng nhau. Lần này không tính là một lần thử.
grade-report-replaced = Đội đã nộp báo cáo mới sau khi bạn mở bản này. Hãy đọc bản mới rồi chấm lại.
answer-correct = Đúng. Đội được { $points } điểm.
answer-before = Nhiệm vụ này đã giải rồi.
answer-wrong = Chưa đúng.
answer-wrong-left = Chưa đúng. Đội còn { $left } lần thử.
check-passing = Đạt. Hệ thống đã ghi nhận.
check-failing = Chưa đạt. Hãy xem lại máy rồi kiểm tra lần nữa.
check-error = Chưa kiểm tra được lúc này. Hệ thống sẽ tự thử lại.
hint-taken = Đã mở gợi ý.
report-filed = Đã gửi báo cáo.
response-given = Đã gửi trả lời.
help-called = Đã gọi ban tổ chức.
report-missing = Điền ít nhất một mục của báo cáo.
report-unreadable = Không đọc được báo cáo. Hãy tải lại trang rồi gửi lại.
response-missing = Nhập nội dung trả lời.
message-missing = Nhập nội dung tin nhắn.
help-missing = Cho biết đội cần giúp việc gì.
text-too-long = Nội dung dài quá { $limit } ký tự.
grade-points-range = Điểm mỗi tiêu chí phải từ 0 đến { $limit }.

environment-engine-unreachable = Không kết nối được hạ tầng chạy máy. Các môi trường đang chạy vẫn giữ nguyên; hệ thống tự thử lại.
environment-images-missing = Thiếu ảnh máy: { $images }. Chạy “thaotruong image build” trên máy chủ rồi thử lại.
environment-runtime-unknown = Hạ tầng không có trình chạy máy { $runtime } mà cấu hình chọn. Quản trị viên chạy “thaotruong doctor” để xem cách sửa.
environment-no-memory = Máy chủ thiếu bộ nhớ: cần { $needed }, còn { $available }. Bớt đội hoặc kết thúc cuộc diễn tập khác.
environment-not-isolated = Chưa bắt đầu được: từ máy trong môi trường vẫn gọi được ra ngoài. Trang điều hành ghi rõ từng nơi và việc cần làm.
environment-bundle = Kịch bản đã lưu không còn đọc được: { $detail }
environment-phase-wanted = Đang chờ
environment-phase-preparing = Đang chuẩn bị
environment-phase-ready = Tốt
environment-mending = Đang dựng lại máy
environment-phase-suspended = Tạm nghỉ
environment-phase-failed = Hỏng
environment-phase-removing = Đang gỡ
environment-phase-gone = Đã gỡ
environment-none = Chưa có
environment-queue = Đang chuẩn bị môi trường, thứ { $place } trong hàng chờ, khoảng { $seconds } giây.
environment-queue-unknown = Đang chuẩn bị môi trường, thứ { $place } trong hàng chờ.
environment-well = Môi trường hoạt động tốt
environment-waiting = Môi trường chưa sẵn sàng
stage-wanted = Chờ đến lượt
stage-network = Tạo mạng
stage-create = Tạo máy
stage-start = Khởi động máy
stage-ready = Chờ máy sẵn sàng
stage-remove = Gỡ máy
exercise-no-attackers = Kịch bản này không có bên tấn công: bỏ đánh dấu “Đội này tấn công”.
exercise-no-defenders = Phải có ít nhất một đội phòng thủ.
exercise-attackers-many = Số đội tấn công không được nhiều hơn số đội phòng thủ: mỗi đội tấn công dùng máy của một đội phòng thủ.
team-reset-attacked = Máy của đội đang có đội tấn công cùng sử dụng: chỉ ban tổ chức cấp máy mới được.
