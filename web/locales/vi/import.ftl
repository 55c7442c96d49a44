# Nội dung thông báo khi nhập kịch bản từ hệ thống khác
import-unrecognised = các tệp này không thuộc định dạng nào đã biết; hãy chỉ rõ bằng --from ({ $names })
import-missing = thiếu tệp `{ $file }`
import-json = `{ $file }`, dòng { $line }, không phải JSON: { $reason }
import-no-text = `{ $file }` không phải văn bản UTF-8, hoặc quá lớn so với tệp viết tay
import-nothing = `{ $file }` không có gì để tạo thành kịch bản
import-bundle = kết quả không phải là một kịch bản: { $reason }
import-taken = nay là `{ $to }`
import-unknown = ở đây không có khái niệm này
import-file-unused = tệp không được dùng
import-renamed = `{ $name }` không dùng làm tên ở đây được; nay là `{ $to }`
import-one-language = nguồn chỉ có một ngôn ngữ; cùng một văn bản được đặt ở cả hai, còn thiếu bản dịch
import-added-workstation = nguồn không có máy nào; đã thêm một máy phân tích
import-added-task = nguồn không có nhiệm vụ nào; đã thêm một, vì kịch bản nào cũng cần
import-first-task = Sẵn sàng
import-first-task-text = Xem qua môi trường, rồi trả lời `OK`.
