"""The admin of organisations and of what reads the API for them: clients, keys, what they use, who did what to them.

Other layers add to it by two hooks: `register_access_menu_item` (a viewset's `menu_hook`) for the Access menu, and
`construct_client_page`, a function (request, client, panels) that appends components to a client's page.
"""
