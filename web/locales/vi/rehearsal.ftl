rehearsal-unreadable = Kịch bản có { $errors } lỗi; xem “thaotruong scenario check”.
rehearsal-preparing = Chuẩn bị môi trường cho hai đội
rehearsal-refusing = Thử những câu trả lời phải bị từ chối
rehearsal-solving = Làm theo lời giải, chỉ bằng quyền của học viên
rehearsal-removing = Xóa môi trường
rehearsal-refused = ✓ { $task }: { $answers } câu trả lời sai đều bị từ chối
rehearsal-step-done = ✓ bước { $step }
rehearsal-step-output = ✗ bước { $step }
    { $output }
rehearsal-holds = Kịch bản đạt: lời giải đúng, mọi kiểm tra trượt trước và đạt sau, không còn gì sót lại.
rehearsal-does-not-hold = Kịch bản chưa đạt: { $findings } điểm cần sửa.
rehearsal-unsolved = ✗ Nhiệm vụ “{ $task }” chưa được giải sau khi làm hết lời giải.
rehearsal-passed-before = ✗ Kiểm tra của nhiệm vụ “{ $task }” chưa từng trượt trước khi đạt: nó đạt cả khi chưa ai làm gì.
rehearsal-service-down = ✗ Dịch vụ “{ $service }” không hoạt động sau khi làm hết lời giải.
rehearsal-credit-out-of-reach = ✗ Lời giải chỉ được { $points } điểm, không đủ để ghi nhận “{ $completion }”.
rehearsal-not-refused = ✗ Nhiệm vụ “{ $task }” không xử lý đúng câu trả lời “{ $answer }”.
rehearsal-step-failed = ✗ Bước “{ $step }” của lời giải không thành công.
rehearsal-action-failed = ✗ Hành động “{ $event }” của diễn biến kết thúc với mã { $code }.
