# Nội dung thông báo khi xuất kịch bản cho hệ thống khác
export-names = các tên trong hai dấu ngoặc nhọn thuộc về từng môi trường; giữ nguyên như đã viết
export-digest = câu trả lời là mã SHA-256 của tệp
export-tolerance = chỉ đúng con số ấy, không tính sai số
export-options = các phương án nằm trong nội dung; câu trả lời là tên của chúng
export-drawn = câu trả lời được rút riêng cho từng môi trường; thử thách bị ẩn
export-check = ở đó không kiểm tra máy nào; thử thách bị ẩn
export-report = ở đó không chấm báo cáo; thử thách bị ẩn
export-none = cuộc thi tìm cờ không có khái niệm này ({ $count })
export-category = mỗi mục tiêu là nhóm của các nhiệm vụ thuộc nó
export-language = văn bản bằng ngôn ngữ kia ({ $language }) không được mang theo
export-parts = câu trả lời nhiều phần không có trong định dạng này: tách thành nhiều thử thách
