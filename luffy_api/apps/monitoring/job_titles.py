"""What scheduled jobs are called where people read of them."""

TITLES = {
    "back_up": "每夜备份",
    "check_integrity": "账目核对",
    "clean_up": "清理过期的支付消息和幂等记录",
    "clean_up_banners": "清理不再使用的轮播图和专题图片",
    "clean_up_imports": "清理导入的明细",
    "clean_up_covers": "清理不再使用的封面文件",
    "clean_up_views": "清理过期的浏览计数",
    "clean_up_pictures": "清理文字里不再使用的图片",
    "cleanup_uploads": "清理无用的文件和上传",
    "clear_expired_tokens": "清理过期的令牌和验证码",
    "close_expired_orders": "关闭超时未支付的订单",
    "compare_days": "核对每日经营数据",
    "continue_messages": "继续生成和停止消息",
    "continue_imports": "继续未完成的导入",
    "delete_old_messages": "清理旧消息",
    "delete_old_publications": "清理过期的发布记录",
    "delete_old_records": "清理旧告警和操作日志",
    "count_also_studied": "统计同学还学了哪些课程",
    "deliver_sandbox_notifications": "本地支付宝重发通知",
    "deliver_wechat_sandbox_notifications": "本地微信支付重发通知",
    "end_expired_grants": "结束到期的课程授权",
    "ensure_search_index": "更新搜索索引",
    "fill_kinds_of_deliveries": "补写消息记录的类型",
    "flush_progress": "保存学习进度",
    "fold_student_counts": "更新课程的学员人数",
    "poll_videos": "检查视频转码",
    "process_videos": "转码等待中的视频",
    "reconcile_bills": "核对支付平台账单",
    "reconcile_payments": "查询未确认的付款和退款",
    "remind_members": "提醒即将到期的会员",
    "render_banners": "生成各种宽度的轮播图和专题图片",
    "render_covers": "生成各种宽度的封面",
    "repair_memberships": "补办遗漏的会员",
    "repair_listing": "核对课程目录与当前价格",
    "run_alerts": "检查并发送告警",
    "send_messages": "发送短信和邮件消息",
    "sum_days": "汇总每日经营数据",
    "tell_buyers": "发送付款和退款的消息",
    "tell_new_sections": "发送课程更新的消息",
    "verify_search_index": "核对搜索索引与课程",
}


def title_of(name: str) -> str:
    """The Chinese title of a job; its name, for one that the code knows no more."""
    return TITLES.get(name, name)
