"""The demo academy's words: facts of two real academies' public pages, told in our own words, and example partners.

Nobody named here is quoted: a session is said to have been held, by whom and on what, and nothing more. Organisations
whose name begins with 'Example' are made up.
"""

from __future__ import annotations

from typing import Any

ACADEMY = {
    "long_name": "Systems Leadership Academy",
    "short_name": "Leadership Academy",
    "is_name_provisional": True,
    "strapline": "Learning to lead across health and care, together: sessions, recordings and materials in one place.",
    "contact_email": "academy@example.org",
    "contact_address": "Leeds and south east London",
    "cookie_notice": "<p>This site sets no cookies unless you sign in. Signing in sets two: one keeps you signed in, for up to 12 "
    "hours; one protects what you send, for a year.</p>",
}
FORMER_NAMES = ["SEL Systems Leadership Academy"]

# name, slug, sector, place
ORGANISATIONS = [
    ("Leeds Health and Care Academy", "leeds-health-and-care-academy", "system", "Leeds"),
    ("Example Hospitals NHS Trust", "example-hospitals", "hospital", "South east London"),
    ("Example Borough Council", "example-borough-council", "council", "South east London"),
    ("Example Third Sector Alliance", "example-third-sector-alliance", "third", "Leeds"),
]
DEMO_PARTNER = "example-hospitals"

CORE_AREAS = [
    ("Leadership", "Applied programmes of learning and development for today's system leaders and those to come."),
    ("Innovation", "A culture in which leaders try things out and improve them, and are encouraged to."),
    ("Community", "A community of system leaders that supports its members: inclusive, diverse and connected."),
]
TOPICS = [
    ("Systems thinking", "Seeing how the parts of health and care act on one another."),
    ("Psychology", "How people feel, think and behave in systems under strain."),
    ("COVID-19", "What the pandemic asked of health and care, and what was learned."),
    ("Primary care", "General practice and the teams around it."),
    ("Third sector", "Charities, community groups and voluntary organisations."),
    ("Co-design", "Shaping services and programmes together with those they are for."),
    ("Communities of practice", "People who do similar work and learn from one another."),
    ("Improvement", "Trying changes out, small and often, and keeping what works."),
]
PRIORITY_GROUPS = [
    ("Emerging system leaders", "People taking on their first role that reaches beyond their own organisation."),
    ("Clinical and care professional leaders", "Clinicians and care professionals who lead across the system."),
    ("Leaders in primary care and community services", "Those who lead close to where people live."),
]

# term, expansion, other names, definition, whether search takes all names for the same
GLOSSARY = [
    (
        "ICS",
        "integrated care system",
        [],
        "The NHS organisations, councils and charities of an area that plan and pay for health and care together.",
        True,
    ),
    (
        "ICB",
        "integrated care board",
        [],
        "The NHS body of an integrated care system: it plans the health services of its area and holds their budget.",
        True,
    ),
    (
        "PCN",
        "primary care network",
        [],
        "GP practices that work together with community, pharmacy, hospital and voluntary services close to home.",
        True,
    ),
    (
        "AHSN",
        "academic health science network",
        ["health innovation network"],
        "A regional body that helps tried ideas to spread through the NHS; known since 2023 as a health innovation network.",
        True,
    ),
    (
        "VCSE",
        "voluntary, community and social enterprise",
        ["third sector", "voluntary sector"],
        "Charities, community groups and social enterprises: organisations that belong neither to the state nor to owners.",
        True,
    ),
    (
        "OD",
        "organisational development",
        [],
        "Planned work on how the people of an organisation work, learn and decide together. OD also stands for overdose.",
        False,
    ),
    (
        "QI",
        "quality improvement",
        [],
        "Making care better by trying changes out in small steps and measuring whether they help.",
        True,
    ),
    (
        "PDSA",
        "plan, do, study, act",
        ["PDSA cycle"],
        "A small test of change: plan it, do it, study what happened, act on what was learned, and begin again.",
        True,
    ),
    (
        "Community of practice",
        "",
        ["communities of practice"],
        "People who do similar work and meet to learn from one another.",
        True,
    ),
    (
        "Feedback loop",
        "",
        [],
        "When what comes of an action acts back on what caused it, and so strengthens or dampens it.",
        True,
    ),
    (
        "Co-design",
        "",
        ["co-production"],
        "Shaping a service together with the people who use it and the people who work in it, from the start.",
        False,
    ),
]

# name, job title; facts from the academies' public pages only
PEOPLE = ["Steve Keyes", "John Walsh", "Myron Rogers", "Ross McIntosh"]

ABOUT: dict[str, Any] = {
    "title": "About the academy",
    "slug": "about",
    "summary": "What the academy is for, whom it serves and what it concentrates on.",
    "body": [
        ("heading", "What we are for"),
        (
            "text",
            "<p>Health and care is a system: what one organisation does is felt in all the others. The academy develops "
            "people who can lead in every part of it. It helps them to work across organisational and professional "
            "boundaries, to share what they know, to find learning and development, and to make a difference to the "
            "health and wellbeing of local people and communities.</p>"
            "<p>It builds on what is already there: training hubs, professional networks, universities, provider "
            "organisations, local authorities and academic health science networks.</p>",
        ),
        ("heading", "Three core areas"),
        (
            "text",
            "<ul><li><b>Leadership:</b> applied programmes for current and new system leaders.</li>"
            "<li><b>Innovation:</b> a culture of leadership that improves things and tries new ones.</li>"
            "<li><b>Community:</b> a supportive community of leaders, inclusive, diverse and connected.</li></ul>",
        ),
        ("heading", "A name for now"),
        (
            "text",
            "<p>The name is provisional. It is to be found together with a wider group, so that it speaks of a safe space "
            "and an inclusive community. When it changes, it changes everywhere on this site at once.</p>",
        ),
    ],
}
LEEDS: dict[str, Any] = {
    "title": "One Leeds workforce",
    "slug": "one-leeds-workforce",
    "summary": "Why Leeds brings the people of its many health and care employers together to learn.",
    "body": [
        (
            "text",
            "<p>Some 57,000 people work in health and care in Leeds: in general practice and wider primary care, social "
            "care, the local authority, the third sector, community health, hospitals, academia, the independent sector, "
            "commissioning and community groups. The city's ambition is for them to be one workforce.</p>"
            "<p>With so many settings and employers, thinking together does not come by itself. The academy in Leeds "
            "offers programmes from a structured two-day course to informal ways of meeting colleagues.</p>",
        ),
    ],
}
SOUTH_EAST_LONDON: dict[str, Any] = {
    "title": "Designing an academy in south east London",
    "slug": "south-east-london",
    "summary": "How leaders in south east London came to propose an academy, and how it is being co-designed.",
    "body": [
        ("heading", "Where it began"),
        (
            "text",
            "<p>Clinical and care professional leaders across south east London said that they want a community in which "
            "relationships are built across the system, learning and expertise are shared, and support is within "
            "reach. Experience elsewhere shows that such a community does not keep itself going: somebody has to "
            "look after it.</p>",
        ),
        ("heading", "Proposal and recommendations"),
        (
            "text",
            "<p>With leaders from the area, a proposal with recommendations for a systems leadership academy was "
            "developed. Existing leadership development across south east London was mapped in detail, and groups whose "
            "development should come first were named from that map.</p>",
        ),
        ("heading", "Designed with those it serves"),
        (
            "text",
            "<p>The academy is to be designed with its community. An interactive workshop tested the work so far, asked "
            "what values and capabilities make a leader in south east London, and sketched areas of work and "
            "programmes.</p>",
        ),
        (
            "accordion",
            {
                "items": [
                    {
                        "heading": "Who can take part?",
                        "text": "<p>Anybody involved or interested in systems leadership in south east London.</p>",
                    },
                    {
                        "heading": "Is the name settled?",
                        "text": "<p>No. It is provisional, and finding a better one is part of the work.</p>",
                    },
                ]
            },
        ),
    ],
}
GET_INVOLVED: dict[str, Any] = {
    "title": "Get involved",
    "slug": "get-involved",
    "summary": "Join the community of practice, come to a session, or tell us what the library lacks.",
    "body": [
        (
            "text",
            "<p>Members of the community of practice help to shape what the academy does. Anybody in health and care who "
            "leads across boundaries, or would like to, is welcome.</p>"
            '<p>To join, <a href="mailto:academy@example.org">write to the academy</a>. Tell us if a caption is wrong or a '
            "recording is missing.</p>",
        ),
    ],
}
STANDARD_PAGES = [ABOUT, LEEDS, SOUTH_EAST_LONDON, GET_INVOLVED]

PROGRAMMES: list[dict[str, Any]] = [
    {
        "title": "System Leadership programme",
        "slug": "system-leadership-programme",
        "summary": "Two days in which health and care staff from across Leeds learn together, meet one another and see "
        "system leadership in action.",
        "format": "face_to_face",
        "status": "under_review",
        "duration": "two days",
        "who_it_is_for": "Anybody working in health and care in Leeds who is curious and would like to connect with "
        "colleagues from across the city, whatever their role.",
        "outcomes": [
            "See how your own work contributes to the city's ambition",
            "Meet colleagues whom you might never have met otherwise",
            "Become part of the system leadership community",
        ],
        "core_areas": ["leadership", "community"],
        "topics": ["systems-thinking"],
        "priority_groups": ["emerging-system-leaders"],
        "body": [
            (
                "text",
                "<p>Before the pandemic the programme was held face to face: facilitated, explorative, with people from many "
                "employers in one room. It is being reviewed so that it suits a world that meets online as well.</p>",
            )
        ],
    },
    {
        "title": "System leadership during COVID-19",
        "slug": "system-leadership-during-covid-19",
        "summary": "Shorter virtual sessions that kept a space open to learn and to connect throughout the pandemic.",
        "format": "virtual",
        "status": "running",
        "duration": "single sessions, about ninety minutes each",
        "who_it_is_for": "Colleagues in health and care in Leeds and anybody who learns with them.",
        "outcomes": ["Step back from the day's pressure and think", "Hear how others met the same questions"],
        "core_areas": ["leadership", "innovation"],
        "topics": ["systems-thinking", "covid-19"],
        "priority_groups": [],
        "body": [],
    },
    {
        "title": "Designing the academy together",
        "slug": "designing-the-academy-together",
        "summary": "Workshops in which the academy in south east London is co-designed with the people it is for.",
        "format": "virtual",
        "status": "running",
        "duration": "single workshops",
        "who_it_is_for": "Anybody involved or interested in systems leadership in south east London.",
        "outcomes": ["Test the work so far", "Say what values and capabilities a leader here needs"],
        "core_areas": ["community", "innovation"],
        "topics": ["co-design"],
        "priority_groups": ["clinical-and-care-professional-leaders"],
        "body": [],
    },
    {
        "title": "Community of practice",
        "slug": "community-of-practice",
        "summary": "The first south east London community of practice for health and care professionals involved or "
        "interested in systems leadership.",
        "format": "hybrid",
        "status": "running",
        "duration": "ongoing",
        "who_it_is_for": "Health and care professionals involved or interested in systems leadership.",
        "outcomes": ["Build relationships across the system", "Take an active part in designing the academy"],
        "core_areas": ["community"],
        "topics": ["communities-of-practice", "co-design"],
        "priority_groups": [
            "clinical-and-care-professional-leaders",
            "leaders-in-primary-care-and-community-services",
        ],
        "body": [],
    },
]

# starts_at/ends_at: local wall-clock time in Europe/London, or None where the academies' pages name no date
SESSIONS: list[dict[str, Any]] = [
    {
        "title": "People, systems and psychology in the COVID-19 crisis",
        "slug": "people-systems-and-psychology",
        "programme": "system-leadership-during-covid-19",
        "summary": "A ninety-minute session that reconnected colleagues to thinking in systems during the crisis.",
        "people": [("Steve Keyes", "speaker"), ("John Walsh", "speaker")],
        "topics": ["psychology", "systems-thinking", "covid-19"],
        "format": "virtual",
    },
    {
        "title": "Myron's Maxims",
        "slug": "myrons-maxims",
        "programme": "system-leadership-during-covid-19",
        "summary": "Theories of systems, and the Maxims: criteria for designing systems and for radical co-creation.",
        "people": [("Myron Rogers", "speaker")],
        "topics": ["systems-thinking", "co-design"],
        "format": "virtual",
    },
    {
        "title": "Organisational flexibility and Prosocial",
        "slug": "organisational-flexibility-and-prosocial",
        "programme": "system-leadership-during-covid-19",
        "summary": "An introduction to the ideas of organisational flexibility and Prosocial.",
        "people": [("Ross McIntosh", "speaker")],
        "topics": ["psychology", "improvement"],
        "format": "virtual",
    },
    {
        "title": "Responses to COVID-19 in the third sector, primary care and community services",
        "slug": "responses-to-covid-19",
        "programme": "system-leadership-during-covid-19",
        "summary": "Representatives of the third sector, primary care and community services in Leeds on how each "
        "responded to the pandemic.",
        "people": [],
        "topics": ["covid-19", "third-sector", "primary-care"],
        "format": "virtual",
    },
    {
        "title": "Co-design workshop",
        "slug": "co-design-workshop",
        "programme": "designing-the-academy-together",
        "summary": "An interactive workshop to test the work so far, determine the values and capabilities of a leader in "
        "south east London, and co-design areas of work and programmes.",
        "starts_at": "2021-10-21T08:00",
        "ends_at": "2021-10-21T10:00",
        "people": [],
        "topics": ["co-design"],
        "format": "virtual",
    },
]

UPCOMING_SESSION: dict[str, Any] = {
    "title": "Finding things in the library: a drop-in",
    "slug": "finding-things-in-the-library",
    "programme": "community-of-practice",
    "summary": "Half an hour to try the resource library out, with somebody from the academy to help.",
    "people": [],
    "topics": ["communities-of-practice"],
    "format": "virtual",
    "joining_note": "The link is sent to members of the community of practice on the day before.",
}

# How the demo recordings (home/demo/recordings.json) and documents are sorted and shared.
RECORDINGS: dict[str, dict[str, Any]] = {
    "welcome-to-the-library": {
        "summary": "A tour of the library in under two minutes: how to find the second at which something was said.",
        "topics": ["communities-of-practice"],
        "programme": "community-of-practice",
        "audience": "public",
        "origin": "human",
        "materials": [],
    },
    "thinking-in-systems": {
        "summary": "Three habits for people who work across an integrated care system: relationships, feedback and small steps.",
        "topics": ["systems-thinking", "improvement"],
        "programme": "system-leadership-programme",
        "audience": "public",
        "origin": "machine",
        "materials": [
            "thinking-in-systems-slides.pptx",
            "thinking-in-systems-session-notes.pdf",
            "small-tests-of-change-worksheet.docx",
        ],
    },
    "what-a-community-of-practice-is-for": {
        "summary": "A conversation about what a community of practice does, what keeps it alive and how to begin one.",
        "topics": ["communities-of-practice"],
        "programme": "community-of-practice",
        "audience": "public",
        "origin": "human",
        "materials": [],
    },
}
MATERIALS: dict[str, dict[str, Any]] = {
    "thinking-in-systems-slides.pptx": {
        "title": "Thinking in systems: slides",
        "kind": "slides",
        "summary": "The slides of the recording, with the speaker's notes.",
        "audience": "public",
    },
    "thinking-in-systems-session-notes.pdf": {
        "title": "Thinking in systems: session notes",
        "kind": "notes",
        "summary": "Three pages: the example, the three habits, and how to plan, do, study, act, with questions for a team.",
        "audience": "public",
    },
    "small-tests-of-change-worksheet.docx": {
        "title": "Small tests of change: a worksheet",
        "kind": "handout",
        "summary": "A worksheet for planning one small test of change. Shared with member organisations.",
        "audience": "members",
    },
}
