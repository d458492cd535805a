"""What watching and reading refuse."""

from luffy_api.common import exceptions
from luffy_api.common.codes import Code


class NotPlayable(exceptions.NotFound):
    """The section has no video, or its file is missing."""

    code = Code.NOT_PLAYABLE


class VideoProcessing(exceptions.NotFound):
    """There is a video, but nothing of it can be shown yet."""

    code = Code.NOT_PLAYABLE

    def __init__(self) -> None:
        super().__init__("视频正在处理中，请稍后再来")


class NoAttachment(exceptions.NotFound):
    """The course has nothing to download."""

    def __init__(self) -> None:
        super().__init__("该课程没有课件")


class LinkExpired(exceptions.Forbidden):
    """A playlist's URL was edited or has expired."""

    def __init__(self) -> None:
        super().__init__("播放链接已失效，请重新播放")


class ConcurrentUpdate(exceptions.Conflict):
    """Many players of one student report at the same moment."""


class VideoMustBeWatched(exceptions.RuleViolated):
    """Only documents and exercises are marked as read."""

    def __init__(self) -> None:
        super().__init__("视频看完后会自动记为学完")


class QuizMustBePassed(exceptions.RuleViolated):
    """A quiz is done when it was passed."""

    def __init__(self) -> None:
        super().__init__("测验通过后会自动记为学完")


class QuizChanged(exceptions.Conflict):
    """The questions that were answered are not those that the quiz has now."""

    def __init__(self) -> None:
        super().__init__("测验的题目已被修改，请重新载入题目后再提交，您的答案会保留")


class AlreadyAnswered(exceptions.Conflict):
    """An attempt with this request key is there, with other answers."""

    def __init__(self) -> None:
        super().__init__(
            "这次作答已经提交过，当时的答案与现在的不同。重新载入题目后再提交，"
            "会算作新的一次作答，您现在的答案会保留"
        )


class QuizTooLarge(exceptions.RuleViolated):
    """There is more of a quiz than it may have."""


class NoAttemptLeft(exceptions.RuleViolated):
    """The student has answered as often as the quiz allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"这个测验最多可以答 {limit} 次，您已用完")


class AnswersRefused(exceptions.RuleViolated):
    """What was sent cannot be answers to these questions."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, errors={"answers": [sentence]})


class NotAnExercise(exceptions.RuleViolated):
    """Documents and videos ask nothing."""

    def __init__(self) -> None:
        super().__init__("这一课时不是练习，不能作答")


class PlayingElsewhere(exceptions.Conflict):
    """The account plays on as many other devices as it may, all of which began later."""

    code = Code.PLAYING_ELSEWHERE


class NoCertificate(exceptions.RuleViolated):
    """The course gives none."""

    def __init__(self) -> None:
        super().__init__("这门课程不颁发结课证书")


class CourseUnfinished(exceptions.RuleViolated):
    """Something of the course is still to be learned."""

    def __init__(self, percent: int) -> None:
        super().__init__(f"学完全部课时后才能领取证书，您已学 {percent}%")


class NameRefused(exceptions.RuleViolated):
    """What was typed cannot stand on a certificate."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, errors={"name": [sentence]})


class CertificateNotFound(exceptions.NotFound):
    """No certificate has this number, or it is not this student's."""

    def __init__(self) -> None:
        super().__init__("没有这个编号的证书，请核对编号")


class CertificateRevoked(exceptions.Conflict):
    """A revoked certificate is not printed, and not issued once more."""

    def __init__(self) -> None:
        super().__init__("这张证书已被吊销，如有疑问请联系客服")


class CertificateBusy(exceptions.Unavailable):
    """Too many certificates are being made at this moment."""

    def __init__(self) -> None:
        super().__init__("正在生成的证书较多，请稍后再试")
