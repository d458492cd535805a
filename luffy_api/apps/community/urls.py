from django.urls import path

from luffy_api.apps.community.views import favourites, notes, questions, ratings

urlpatterns = [
    path("favourite/", favourites.FavouriteListViewSet.as_view({"get": "list"})),
    path(
        "course/<int:pk>/favourite/",
        favourites.FavouriteViewSet.as_view(
            {"get": "retrieve", "put": "update", "delete": "destroy"}
        ),
    ),
    path("rating/", ratings.RatingViewSet.as_view({"get": "list"})),
    path(
        "course/<int:pk>/rating/",
        ratings.OwnRatingViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path("question/", questions.QuestionListViewSet.as_view({"get": "list"})),
    path("question/mine/", questions.OwnQuestionViewSet.as_view({"get": "mine"})),
    path(
        "question/<int:pk>/",
        questions.QuestionViewSet.as_view(
            {"get": "retrieve", "put": "update", "delete": "destroy"}
        ),
    ),
    path("question/<int:pk>/report/", questions.QuestionViewSet.as_view({"post": "report"})),
    path(
        "question/<int:pk>/answer/",
        questions.QuestionAnswerViewSet.as_view({"get": "list", "post": "create"}),
    ),
    path(
        "section/<int:pk>/question/", questions.SectionQuestionViewSet.as_view({"post": "create"})
    ),
    path(
        "answer/<int:pk>/", questions.AnswerViewSet.as_view({"put": "update", "delete": "destroy"})
    ),
    path("answer/<int:pk>/accept/", questions.AnswerViewSet.as_view({"put": "accept"})),
    path("answer/<int:pk>/report/", questions.AnswerViewSet.as_view({"post": "report"})),
    path("note/", notes.NoteListViewSet.as_view({"get": "list"})),
    path("note/<int:pk>/", notes.NoteViewSet.as_view({"put": "update", "delete": "destroy"})),
    path("section/<int:pk>/note/", notes.NoteViewSet.as_view({"post": "create"})),
    path("course/<int:pk>/notes/", notes.NoteViewSet.as_view({"get": "export"})),
]
