# Trang kịch bản: các bên, nhiệm vụ, giai đoạn, biến thể
about-sides = Các bên tham gia
about-side-blue = Đội phòng thủ
about-side-red = Đội tấn công
about-side-tasks = { $count } nhiệm vụ, tối đa { $points } điểm
about-side-no-access = Bên này không có quyền vào máy nào.
about-side-briefing = Tình huống và nhiệm vụ giao cho đội
about-own-address = ‹địa chỉ của { $node }›
about-own-value = ‹giá trị riêng của từng môi trường›
about-task-number = Số
about-at-most = tối đa { $count }
about-attempts = Số lần thử
about-attempts-each = { $attempts } mỗi phần
about-after = Mở sau:
about-in-phase = Giai đoạn { $number }
about-parts-all = { $count } phần, phải đúng mọi phần
about-parts-any = { $count } phần, chỉ cần đúng một phần
about-every-member = Mọi thành viên của đội đều phải tự trả lời
about-graded = Nộp trong { $length }, chấm theo { $count } tiêu chí
about-decay = Giảm dần, còn { $to } điểm khi { $solves } đội đã giải
about-bonus = Thưởng các đội giải đầu tiên: { $places }
about-penalty = Mỗi câu trả lời sai bị trừ { $points } điểm{ $free ->
    [0] {""}
   *[other] , { $free } câu sai đầu không bị trừ
}
about-phases = Các giai đoạn
about-phase = Giai đoạn
about-phase-span = Từ phút – đến phút
about-phase-length = Thời gian
about-variants = Các biến thể
about-variant = Biến thể
about-variant-files = Tệp riêng
about-variant-values = Giá trị riêng
about-variant-steps = Bước giải riêng
about-variants-text = Mỗi môi trường nhận một biến thể; các biến thể được chia lần lượt cho các đội. Học viên không biết tên biến thể.
resources-none = Kịch bản này không dùng máy nào, nên không tốn tài nguyên của hạ tầng và không cần chuẩn bị môi trường.
