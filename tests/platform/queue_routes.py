"""What the pages of the work queue answer to everybody: rows of the route table."""

# ruff: noqa: E501

#: The dashboard of django-rq: staff may look, superusers may act; it answers 500 where there is no
#: such job or worker.
QUEUES = r"""
302 302 302 200 200  GET    /admin/django_rq/dashboard/
302 302 302 403 200  POST   /admin/django_rq/dashboard/
401 401 401 200 200  GET    /admin/django_rq/dashboard/^metrics/?$
401 401 401 200 200  POST   /admin/django_rq/dashboard/^metrics/?$
302 302 302 302 302  GET    /admin/django_rq/dashboard/<path:object_id>/
302 302 302 302 302  GET    /admin/django_rq/dashboard/<path:object_id>/change/
302 302 302 302 302  POST   /admin/django_rq/dashboard/<path:object_id>/change/
302 302 302 403 302  GET    /admin/django_rq/dashboard/<path:object_id>/delete/
302 302 302 403 302  POST   /admin/django_rq/dashboard/<path:object_id>/delete/
302 302 302 302 302  GET    /admin/django_rq/dashboard/<path:object_id>/history/
302 302 302 302 302  POST   /admin/django_rq/dashboard/<path:object_id>/history/
302 302 302 301 301  GET    /admin/django_rq/dashboard/^stats.json/(?P<token>[\w]+)?/?$
302 302 302 301 301  POST   /admin/django_rq/dashboard/^stats.json/(?P<token>[\w]+)?/?$
401 401 401 200 200  GET    /admin/django_rq/dashboard/^stats.json/?$
401 401 401 200 200  POST   /admin/django_rq/dashboard/^stats.json/?$
302 302 302 403 403  GET    /admin/django_rq/dashboard/add/
302 302 302 403 403  POST   /admin/django_rq/dashboard/add/
302 302 302 404 404  GET    /admin/django_rq/dashboard/cron-schedulers/<int:connection_index>/<str:scheduler_name>/
302 302 302 403 404  POST   /admin/django_rq/dashboard/cron-schedulers/<int:connection_index>/<str:scheduler_name>/
302 302 302 404 404  GET    /admin/django_rq/dashboard/cron-schedulers/<int:connection_index>/<str:scheduler_name>/jobs/<path:cron_job_name>/
302 302 302 403 404  POST   /admin/django_rq/dashboard/cron-schedulers/<int:connection_index>/<str:scheduler_name>/jobs/<path:cron_job_name>/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/
302 302 302 403 200  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/
302 302 302 404 404  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/
302 302 302 403 404  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/
302 302 302 500 500  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/delete/
302 302 302 403 500  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/delete/
302 302 302 500 500  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/enqueue/
302 302 302 403 500  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/enqueue/
302 302 302 500 500  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/requeue/
302 302 302 403 500  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/requeue/
302 302 302 404 404  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/results/<str:result_id>/
302 302 302 403 404  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/results/<str:result_id>/
302 302 302 405 405  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/stop/
302 302 302 403 302  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/<str:job_id>/stop/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/deferred/
302 302 302 403 200  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/deferred/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/details/
302 302 302 403 200  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/details/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/empty/
302 302 302 403 302  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/empty/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/failed/
302 302 302 403 200  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/failed/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/failed/clear/
302 302 302 403 302  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/failed/clear/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/finished/
302 302 302 403 200  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/finished/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/requeue-all/
302 302 302 403 302  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/requeue-all/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/scheduled/
302 302 302 403 200  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/scheduled/
302 302 302 200 200  GET    /admin/django_rq/dashboard/queues/<int:queue_index>/started/
302 302 302 403 200  POST   /admin/django_rq/dashboard/queues/<int:queue_index>/started/
302 302 302 302 302  GET    /admin/django_rq/dashboard/queues/actions/<int:queue_index>/
302 302 302 403 302  POST   /admin/django_rq/dashboard/queues/actions/<int:queue_index>/
302 302 302 302 302  GET    /admin/django_rq/dashboard/queues/confirm-action/<int:queue_index>/
302 302 302 403 302  POST   /admin/django_rq/dashboard/queues/confirm-action/<int:queue_index>/
302 302 302 500 500  GET    /admin/django_rq/dashboard/schedulers/<int:scheduler_index>/
302 302 302 403 500  POST   /admin/django_rq/dashboard/schedulers/<int:scheduler_index>/
302 302 302 200 200  GET    /admin/django_rq/dashboard/workers/<int:queue_index>/
302 302 302 403 200  POST   /admin/django_rq/dashboard/workers/<int:queue_index>/
302 302 302 500 500  GET    /admin/django_rq/dashboard/workers/<int:queue_index>/<str:key>/
302 302 302 403 500  POST   /admin/django_rq/dashboard/workers/<int:queue_index>/<str:key>/
"""
