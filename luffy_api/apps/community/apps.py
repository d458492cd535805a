from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "luffy_api.apps.community"
    label = "community"
    verbose_name = "社区"

    def ready(self) -> None:
        """Register a student's own data, its erasure, and what is public."""
        from luffy_api.apps.community import account_moves, favourites, notes, ratings
        from luffy_api.apps.community import personal_data as own
        from luffy_api.apps.community.models import CourseRatings, Rating
        from luffy_api.apps.publishing import publications
        from luffy_api.apps.user import account_deletion, personal_data

        personal_data.register("ratings", own.ratings)
        personal_data.register("questions", own.questions)
        personal_data.register("question_answers", own.answers)
        account_deletion.register(ratings.erase)
        personal_data.register("study_notes", own.notes)
        account_deletion.register(account_moves.erase_posts)
        account_deletion.register(notes.erase)
        personal_data.register("favourites", own.favourites)
        account_deletion.register(favourites.erase)
        publications.register(Rating, CourseRatings)
