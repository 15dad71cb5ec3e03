"""Words as people say, write and mistype them: cutting, stems, variants, questions, passages; pure, knows no Django."""
