"""All values of `code` in the envelope; they are listed in the OpenAPI document."""

from django.db.models import IntegerChoices


class Code(IntegerChoices):
    """`code` of the envelope: below 1000 with HTTP 200 or 201, all others with 4xx or 5xx."""

    OK = 100, "成功"
    NOT_YET = 101, "暂未完成"
    PAYMENT_REFUNDED = 102, "订单已退款"
    PAYMENT_CANCELLED = 103, "订单已取消"
    PAYMENT_EXPIRED = 104, "订单已超时关闭"

    INVALID = 1000, "请求内容有误"
    UNAUTHENTICATED = 1001, "请先登录"
    FORBIDDEN = 1003, "没有权限进行此操作"
    NOT_FOUND = 1004, "您访问的内容不存在"
    METHOD_NOT_ALLOWED = 1005, "不支持此请求方法"
    NOT_ACCEPTABLE = 1006, "不支持所要求的返回格式，本接口返回 JSON"
    CONFLICT = 1009, "操作冲突，请刷新后再试"
    LENGTH_REQUIRED = 1011, "请求没有说明内容长度，请稍后再试"
    TOO_LARGE = 1013, "提交的内容过大"
    UNSUPPORTED_MEDIA = 1015, "不支持此内容格式"
    THROTTLED = 1029, "操作太频繁，请稍后再试"
    SERVER_ERROR = 1500, "服务器开小差了，请稍后再试"
    UNAVAILABLE = 1503, "服务暂时不可用，请稍后再试"

    LOGIN_FAILED = 2001, "账号或密码错误"
    SMS_CODE_WRONG = 2002, "验证码错误或已过期"
    SMS_CODE_TOO_SOON = 2003, "验证码发送太频繁，请稍后再试"
    ACCOUNT_TAKEN = 2004, "该账号已被注册"
    PASSWORD_REFUSED = 2005, "密码不符合要求"
    CAPTCHA_REQUIRED = 2006, "请先输入图片中的字符"
    CONSENT_REQUIRED = 2007, "请先阅读并同意最新的用户协议和隐私政策"
    SOCIAL_LOGIN_EXPIRED = 2008, "授权已失效或已使用，请重新发起"
    SOCIAL_ACCOUNT_TAKEN = 2009, "已绑定其他账号，请先到那个账号里解除绑定"

    NOT_ENROLLED = 3001, "请先购买或加入该课程"
    NOT_FREE = 3002, "该课程需要购买后学习"
    NOT_PLAYABLE = 3003, "该课时暂无可播放的内容"
    PLAYING_ELSEWHERE = 3004, "您的账号正在其他设备上播放，本设备已暂停"

    PRICE_CHANGED = 4001, "价格有误"
    ALREADY_OWNED = 4002, "您已拥有该课程"
    NOT_ON_SALE = 4003, "课程暂未开放购买"
    FREE_COURSE = 4004, "免费课程无需购买，可直接学习"
    ORDER_CLOSED = 4005, "订单当前状态不能进行此操作"
    REFUND_NOT_ALLOWED = 4006, "这笔款项不能自己申请退款，请联系客服"
    NOTHING_TO_REFUND = 4007, "没有可退的款项"
    REFUND_PENDING = 4008, "已有一笔退款正在申请或处理中，请等它结束"
    REFUND_DECIDED = 4009, "这笔退款申请已被处理或撤回，请刷新后查看"

    COUPON_NOT_CLAIMABLE = 4101, "优惠券现在不能领取"
    COUPON_NOT_USABLE = 4102, "优惠券现在不能使用"
    REDEEM_CODE_WRONG = 4103, "兑换码无效、已使用或已过期"
    REDEEM_CODE_NOT_NEEDED = 4104, "您不需要使用这个兑换码"
    PACKAGE_NOT_USABLE = 4105, "套餐现在不能购买"
    NO_MEMBERSHIP = 4106, "您还没有开通会员，或会员已到期"
