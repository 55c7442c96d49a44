# Quyết định trong diễn tập quanh bàn.
answer-decision = Quyết định
scenario-decision-points = nhiệm vụ được { $points } điểm, còn lựa chọn tốt nhất cho { $most }; hai số phải bằng nhau
scenario-decided-kind = nhiệm vụ `{ $name }` không hỏi quyết định nào
when-decided = Khi quyết định “{ $option }”: { $what }
export-decision = ở đó không có quyết định; thử thách bị ẩn
msel-decided = Khi { $name } quyết định { $option }
workspace-decision = Đội chọn một hướng xử lý
workspace-decision-agreed = Cả đội đã thống nhất; quyết định không đổi lại được.
workspace-decision-send = Quyết định
workspace-decision-chosen = Đội đã quyết định
decision-noted = Đã ghi nhận quyết định của đội.
decision-taken = Đội đã quyết định khác rồi, quyết định đó giữ nguyên.
decision-not-agreed = Đánh dấu rằng cả đội đã thống nhất, vì quyết định không đổi lại được.
task-decided = đã quyết định
happened-decided = Quyết định: { $what }
