# Nội dung thông báo khi nhập kịch bản từ hệ thống khác
import-unrecognised = các tệp này không thuộc định dạng nào đã biết; hãy chỉ rõ bằng --from ({ $names })
import-missing = thiếu tệp `{ $file }`
import-json = `{ $file }`, dòng { $line }, không phải JSON: { $reason }
import-no-text = `{ $file }` không phải văn bản UTF-8, hoặc quá lớn so với tệp viết tay
import-nothing = `{ $file }` không có gì để tạo thành kịch bản
import-too-many = `{ $file }` có hơn { $most } dòng; hãy xuất ít thử thách hơn mỗi lần
import-bundle = kết quả không phải là một kịch bản: { $reason }
import-taken = nay là `{ $to }`
import-unknown = ở đây không có khái niệm này
import-file-unused = tệp không được dùng
import-report-full = báo cáo dừng ở đây; phần còn lại không ghi thêm
import-renamed = `{ $name }` không dùng làm tên ở đây được; nay là `{ $to }`
import-one-language = nguồn chỉ có một ngôn ngữ; cùng một văn bản được đặt ở cả hai, còn thiếu bản dịch
import-added-workstation = nguồn không có máy nào; đã thêm một máy phân tích
import-added-red-task = nguồn không có nhiệm vụ cho đội tấn công; đã thêm một, vì phía nào cũng cần
import-added-task = nguồn không có nhiệm vụ nào; đã thêm một, vì kịch bản nào cũng cần
import-first-task = Sẵn sàng
import-first-task-text = Xem qua môi trường, rồi trả lời `OK`.

# Compose
import-compose-summary = Nhập từ `{ $file }`. Hãy viết ở đây nội dung của kịch bản.
import-compose-env = các giá trị được điền vào chỗ `{"${"}…{"}"}` gọi tên chúng
import-compose-env-file = đã gộp vào `compose.yaml: services.{ $name }.environment`
import-compose-unset = { $names } không có giá trị trong `.env`; để trống
import-compose-extension = bản thân Compose không quy định ý nghĩa cho `x-…`
import-compose-labels = nhãn của máy do thao trường tự đặt
import-compose-volume = máy tự giữ dữ liệu này cho đến khi được đặt lại
import-compose-volume-shared = các máy không dùng chung thư mục; mỗi máy giữ riêng cho đến khi được đặt lại
import-compose-bind = đặt vào máy thành { $count } tệp trong `files:`; máy nhận bản sao riêng
import-compose-many = sẽ phải đặt hơn { $most } tệp
import-compose-outside = `{ $path }` nằm ngoài thư mục
import-compose-hidden = `{ $path }` là tệp ẩn, có thể chứa mật khẩu; không đặt vào máy nào
import-compose-large = `{ $path }` được nhiều máy dùng đến mức vượt quá một kịch bản
import-compose-absent = không có `{ $path }` trong các tệp
import-compose-build = phải tạo ảnh máy `{ $image }` trong `images/` từ thư mục `{ $folder }`; kịch bản không mang theo ảnh
import-compose-container-name = nay là tên gọi thêm của máy trong các mạng của nó
import-compose-link = `{ $alias }` nay là tên gọi thêm của `{ $name }` trong các mạng của nó
import-compose-web = cổng { $port } nay là trang web của máy (`web:`); không mở cổng nào trên máy chủ
import-compose-port = không mở cổng nào trên máy chủ; các máy cùng mạng vẫn truy cập được cổng { $port }
import-compose-escalation = chương trình nâng quyền (`sudo`, set-uid) chưa chạy được cho đến khi máy có `privilege_escalation: true`
import-compose-workstation = đã thêm `{ $name }`: máy để học viên làm việc

# Thử thách (ctfcli, CTFd)
import-challenges-title = Các thử thách được nhập
import-challenges-summary = { $count } thử thách từ một cuộc thi tìm cờ.
import-topics = Chủ đề: { $topics }
import-author = Tác giả: { $text }
import-attribution = { $text }
import-connection = Kết nối: `{ $text }`
import-connection-text = nằm trong nội dung nhiệm vụ; trong phòng lab, máy được gọi bằng tên của nó
import-tags = Nhãn: { $tags }
import-file-at = Tệp trên `workstation`: `{ $path }`
import-machine-at = Máy: `{ $name }`
import-file-placed = nằm trên máy phân tích, trong thư mục của người dùng
import-files-many = một thử thách không kèm nhiều tệp đến vậy
import-part-of = Một phần của “{ $name }”; nội dung nằm ở phần đầu.
import-part = Phần { $number }
import-requires-many = quá { $most } ràng buộc giữa các nhiệm vụ
import-file-large = `{ $name }` quá lớn đối với một kịch bản
import-logic-all = cần đủ mọi cờ, mà một nhiệm vụ có nhiều nhất { $most } phần: mỗi cờ là một nhiệm vụ, điểm được chia ra
import-attempts-each = mỗi phần có số lần thử này, không tính chung
import-attempts-flag = cờ riêng của môi trường thì thử bao nhiêu lần cũng được
import-flag-case = ở đây không phân biệt chữ hoa, chữ thường
import-flag-type = chưa biết loại cờ này; nội dung được dùng như một văn bản
import-flag-many = một biểu thức không chứa hết các câu trả lời; chỉ giữ câu đầu
import-flag-none = `{ $name }` không có câu trả lời nào giữ được: nhiệm vụ đòi cờ riêng của môi trường, phải đặt cờ vào
import-decay-part = cần cả điểm thấp nhất lẫn số đội để điểm giảm; chỉ giữ giá trị ban đầu
import-decay-never = điểm thấp nhất không dưới điểm ban đầu, hoặc điểm cố định: điểm không giảm
import-decay-linear = ở đó mỗi đội giải được đều làm giảm như nhau; ở đây điểm giảm chậm lúc đầu, rồi cũng xuống mức thấp nhất sau { $solves } đội
import-decay-function = chưa biết cách giảm điểm này; dùng cách `logarithmic`
import-type = loại này được coi như `standard`
import-state = nhiệm vụ nào cũng hiện ra
import-host = thao trường tự chạy máy này
import-protocol = quyết định máy có trang web (`web:`) hay không
import-healthcheck = tập lệnh kiểm tra từ bên ngoài; hãy viết `services:` hoặc nhiệm vụ có `check`
import-next = nhiệm vụ được liệt kê theo thứ tự; `requires` cho biết điều gì phải làm trước
import-scheduled = giảng viên bắt đầu cuộc diễn tập
import-version = phiên bản của định dạng không có ý nghĩa ở đây
import-hint-order = các gợi ý không phụ thuộc nhau; gợi ý nào cũng mua được
import-anonymize = nhiệm vụ bị khóa vẫn hiện tên
import-solution = `{ $path }` là văn bản cho người đọc; hãy viết các bước vào `solution.yaml`

# CTFd
import-ctfd-table = bảng `{ $table }`: { $count } dòng thuộc về cuộc thi, không thuộc kịch bản
import-ctfd-export = nói về lần xuất, không phải về thử thách
import-ctfd-orphan = không thuộc thử thách nào

# Lệnh
import-title-taken = Giữ nguyên ({ $count }):
import-title-changed = Thay đổi ({ $count }):
import-title-lost = Mất ({ $count }):
import-written = Đã viết từ { $format }: { $path }
