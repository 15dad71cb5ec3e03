// An answer to front_page.graphql, kept so that the page shows something without a server.
window.recorded = {
  "sessions": {
    "nodes": [
      {
        "title": "Co-design workshop",
        "url": "https://academy.example.org/programmes/designing-the-academy-together/co-design-workshop/",
        "summary": "An interactive workshop to test the work so far, determine the values and capabilities of a leader in south east London, and co-design areas of work and programmes.",
        "startsAt": "2021-10-21T07:00:00+00:00",
        "timeZone": "Europe/London"
      },
      {
        "title": "Finding things in the library: a drop-in",
        "url": "https://academy.example.org/programmes/community-of-practice/finding-things-in-the-library/",
        "summary": "Half an hour to try the resource library out, with somebody from the academy to help.",
        "startsAt": "2026-12-17T12:30:00+00:00",
        "timeZone": "Europe/London"
      },
      {
        "title": "Myron's Maxims",
        "url": "https://academy.example.org/programmes/system-leadership-during-covid-19/myrons-maxims/",
        "summary": "Theories of systems, and the Maxims: criteria for designing systems and for radical co-creation.",
        "startsAt": null,
        "timeZone": "Europe/London"
      },
      {
        "title": "People, systems and psychology in the COVID-19 crisis",
        "url": "https://academy.example.org/programmes/system-leadership-during-covid-19/people-systems-and-psychology/",
        "summary": "A ninety-minute session that reconnected colleagues to thinking in systems during the crisis.",
        "startsAt": null,
        "timeZone": "Europe/London"
      },
      {
        "title": "Organisational flexibility and Prosocial",
        "url": "https://academy.example.org/programmes/system-leadership-during-covid-19/organisational-flexibility-and-prosocial/",
        "summary": "An introduction to the ideas of organisational flexibility and Prosocial.",
        "startsAt": null,
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
