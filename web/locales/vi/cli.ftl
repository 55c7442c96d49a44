# Dòng lệnh
cli-failed = không thực hiện được
cli-unreadable = { $path }: không đọc được: { $reason }
cli-check-fine = { $path }: không có lỗi
cli-check-found = { $path }: { $errors } lỗi, { $warnings } cảnh báo
