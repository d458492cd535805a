"""The menu of the back office by the jobs of those who use it, not by the apps of the program."""

from luffy_api.common.admin_site import MenuGroup

# Of development; a real shop has none of its models.
_GATEWAYS = MenuGroup(
    "测试网关",
    {
        "alipay_sandbox.SandboxTrade": "支付宝交易",
        "alipay_sandbox.SandboxNotification": "支付宝通知",
        "wechatpay_sandbox.WechatTrade": "微信交易",
        "wechatpay_sandbox.WechatRefund": "微信退款",
        "wechatpay_sandbox.WechatNotification": "微信通知",
    },
)

# Models by label, with another name than their own where that would be there twice.
GROUPS = (
    MenuGroup(
        "商品",
        dict.fromkeys(
            [
                *("course.Course", "course.CourseChapter", "course.CourseSection"),
                "learning.Quiz",
                *("course.CourseCategory", "course.Teacher", "course.CourseDiscount"),
                *("promotion.Package", "promotion.MembershipTerm"),
                *("promotion.Coupon", "promotion.CodeBatch"),
            ]
        ),
    ),
    MenuGroup(
        "交易",
        dict.fromkeys(
            [
                *("order.Order", "order.Refund", "order.RefundDueOrder", "order.OfflinePayment"),
                *("order.Invoice", "order.OrderPayment", "order.PaymentEvent"),
                *("order.Bill", "order.BillDifference", "order.BillLine", "order.OrderExport"),
                *("promotion.Claim", "promotion.Redemption", "promotion.MembershipPeriod"),
            ]
        ),
    ),
    MenuGroup(
        "学员",
        {
            "dashboard.Student": "学员档案",
            **dict.fromkeys(["user.User", "course.Enrollment", "course.EnrollmentGrant"]),
            **dict.fromkeys(["learning.StudyDay", "learning.QuizAttempt"]),
            **dict.fromkeys(["learning.CourseCertificate"]),
            **dict.fromkeys(["community.Rating", "community.Question"]),
            **dict.fromkeys(["community.Answer", "community.Favourite"]),
            **dict.fromkeys(["community.FilteredWord", "inbox.Message", "inbox.MessageKind"]),
        },
    ),
    MenuGroup(
        "教学",
        dict.fromkeys(
            ["dashboard.TaughtCourse", "dashboard.TaughtQuiz", "dashboard.TaughtStudent"]
        ),
    ),
    MenuGroup(
        "内容",
        dict.fromkeys(
            [
                *("home.Banner", "home.Topic", "school.Announcement", "school.HelpPage"),
                *("school.FooterLink", "school.Agreement"),
            ]
        ),
    ),
    MenuGroup(
        "搜索",
        dict.fromkeys(
            [
                *("search.HotWord", "search.BlockedWord", "search.SearchAlias"),
                *("search.MissedSearch", "search.SearchWord", "search.SearchDay"),
            ]
        ),
    ),
    MenuGroup(
        "系统",
        {
            **dict.fromkeys(
                [
                    *("school.SiteSettings", "school.SchoolSettings", "order.PaymentCredential"),
                    "dashboard.DailyFigures",
                    *("dashboard.Import", "dashboard.AuditEntry", "monitoring.Alert"),
                    *("monitoring.JobRun", "order.GatewayCounter"),
                ]
            ),
            "auth.Group": "角色",
        },
    ),
    _GATEWAYS,
)
