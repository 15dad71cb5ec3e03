"""What is offered and changes no content: each with the reason, so that whoever adds to the list thinks of one."""

from __future__ import annotations

import re

# By the last part of an address's name: these look, search, choose, or show a form's preview.
LOOKING = re.compile(
    r"(index|list|listing|detail|find|history|usage|inspect|search|choose\w*|chosen\w*|revisions_(view|compare|index)"
    r"|workflow_history\w*|view_draft|preview\w*|workflow_preview|document_usage|image_usage|media_usage|media_chosen|type_use"
    r"|url_generator\w*|select_format|task_index|task_chooser|task_chosen|select_task_type|list_submissions)(_results|_multiple)?$"
)
# Namespaces and names that hold no content: who may sign in, what is waited for, how the admin looks.
NO_CONTENT = {
    "wagtailadmin_workflows": "workflows: which steps a draft takes",
    "wagtailadmin_reports": "reports",
    "wagtailadmin_editing_sessions": "who has a form open",
    "wagtailusers_users": "accounts: read anew with each request",
    "wagtailusers_groups": "rights of editors: read anew with each request",
    "wagtailforms": "there are no form pages",
    "wagtailredirects": "addresses that lead elsewhere: read anew with each request",
    "wagtailembeds": "addresses of videos elsewhere; nothing is kept of them in answers",
    "reactions": "the record of what followed changes",
    "periodic_jobs": "the clock's jobs",
    "webhooks": "who is told",
    "webhook_deliveries": "what was told",
    "wagtailsnippets_access_membership": "who belongs to whom: read anew with each request",
    "wagtailsnippets_access_apiclient": "who may ask: read with each request, and settled after a change",
    "wagtailsnippets_access_apikey": "who may ask: read with each request, and settled after a change",
    "wagtailsnippets_access_trusteddocument": "which queries a client registered",
    "wagtailsnippets_search_inquiry": "what was searched for",
}
NAMES = {
    "wagtailadmin_home", "wagtailadmin_error_test", "wagtailadmin_account", "wagtailadmin_logout", "wagtailadmin_login",
    "wagtailadmin_dismissibles", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtailadmin_block_preview",
    "wagtailadmin_tag_autocomplete", "wagtailadmin_tag_model_autocomplete", "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done", "wagtailadmin_password_reset_confirm", "wagtailadmin_password_reset_complete",
    # Links for the rich text editor; search's report; keys, webhooks and reactions.
    "wagtailadmin_choose_page_external_link", "wagtailadmin_choose_page_email_link", "wagtailadmin_choose_page_phone_link",
    "wagtailadmin_choose_page_anchor_link", "search_report", "search_settle_query", "access_register_queries",
    "webhook_ping", "webhook_rotate", "webhook_resend", "webhook_enable", "webhook_disable", "webhook_resend_one",
    "wagtailadmin_explore_results", "wagtailadmin_explore_root", "access_usage",
    "retry_reactions", "access_new_key", "access_replace_key", "access_revoke_key",
    # Reports, lists of what waits, and another's view of a page.
    "academy_audience_report", "academy_audience_report_results", "academy_media_results", "academy_pictures",
    "academy_pictures_results", "academy_see_as", "academy_see_page_as", "academy_waiting", "academy_waiting_results",
    "sessions_elsewhere", "sessions_elsewhere_results",
    # Whether an organisation is still a member: who may ask is read with each request.
    "access_end", "access_resume",
    # The calendar's own address: a token that is looked up with each request, and changes no content.
    "access_calendar", "access_make_calendar", "access_revoke_calendar",
    # Privacy of pages is switched off; collections' privacy is asked by none of our views.
    "wagtailadmin_pages:set_privacy",
}  # fmt: skip
# New files and pages are shown by nothing yet; what a chooser makes is saved as by its own form.
NEW = re.compile(
    r"^(wagtailimages|wagtaildocs):(add|add_multiple|create_multiple\w*|delete_upload_multiple)$|^wagtailmedia:(add|chooser_upload|chooser\w*)$"
    r"|^wagtail(docs|images)_chooser:create$|^wagtailsnippetchoosers_\w+:create$|^wagtailadmin_choose_page\w*$|^academy_create_on_the_spot$"
)
BULK_WITHOUT_CONTENT = {
    "auth.user.assign_role", "auth.user.delete", "auth.user.set_active_state", "access.apiclient.delete",
    "access.apikey.delete", "access.membership.delete", "access.trusteddocument.delete", "search.inquiry.delete",
}  # fmt: skip
API_WITHOUT_CASE = {"copy_for_translation": "there is one language"}
# Commands that write no content of the site, or leave it to what is tested by itself.
COMMANDS = {
    "api_tokens", "convert_mariadb_uuids", "create_log_entries_from_revisions", "purge_embeds", "rebuild_references_index",
    "show_references_index", "enable_fuzzystrmatch", "enable_trigram", "enable_unaccent", "update_index",
    "wagtail_update_index", "import_redirects", "deduplicate_tags", "remove_orphaned_tags", "db_worker",
    "prune_db_task_results", "graphql_schema",
    "create_api_client", "compact_feed", "reconcile_feed", "retry_reactions", "run_due", "check_partners",
    "check_schema_changes", "export_schema", "evaluate_search", "rebuild_index", "check_files",
    # Mends the tree's own numbers. A page whose row was lost stops Wagtail's command, so nothing goes that way.
    "fixtree",
    # For developers.
    "lintmigrations", "makemigrations",
    # Through the models' own save and Wagtail's actions, with tests of their own.
    "read_captions_again", "import_share", "seed_demo", "setup_site",
}  # fmt: skip
# Django's own: `loaddata` and `flush` write behind the models' back, which `feed.unrecorded` and `reconcile_feed` are for.
DJANGO = re.compile(r"^django\.")
