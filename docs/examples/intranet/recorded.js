// An answer to front_page.graphql, kept so that the page shows something without a server.
window.recorded = {
  "sessions": {
    "nodes": [
      {
        "title": "Finding things in the library: a drop-in",
        "url": "https://academy.example.org/programmes/community-of-practice/finding-things-in-the-library/",
        "summary": "Half an hour to try the resource library out, with somebody from the academy to help.",
        "startsAt": "2026-12-17T12:30:00+00:00",
        "timeZone": "Europe/London"
      }
    ]
  },
  "recordings": {
    "nodes": [
      {
        "title": "Thinking in systems: a first look",
        "url": "https://academy.example.org/library/thinking-in-systems/",
        "summary": "Three habits for people who work in health and care: relationships, feedback and small steps.",
        "durationSeconds": 82.6
      },
      {
        "title": "What a community of practice is for",
        "url": "https://academy.example.org/library/what-a-community-of-practice-is-for/",
        "summary": "A conversation about what a community of practice does, what keeps it alive and how to begin one.",
        "durationSeconds": 76.852
      },
      {
        "title": "Welcome to the system leadership library",
        "url": "https://academy.example.org/library/welcome-to-the-library/",
        "summary": "A tour of the library in under two minutes: how to find the second at which something was said.",
        "durationSeconds": 76.0
      }
    ]
  }
};
