#ifndef XOM_CLI_DISPLAY_WIDTH_H_
#define XOM_CLI_DISPLAY_WIDTH_H_

#include <string>

// Text from strangers on a terminal: how wide it is there, and how to keep it
// from doing anything but being read. Text is UTF-8; the locale is not asked.

namespace xom::cli {

// The columns that `text` takes: 1 a letter with its Vietnamese marks however
// they are encoded, 2 an emoji or a Chinese character. `text` is OneLine text.
int DisplayWidth(const std::string& text);

// `text` on one line: each control character (also the escape sequences that
// could repaint a terminal), line break and run of spaces becomes a space,
// what is not UTF-8 becomes U+FFFD.
std::string OneLine(const std::string& text);

// `text` cut to `width` columns, with an ellipsis as the last of them where
// something was cut; never within a letter and its marks. `text` is OneLine
// text.
std::string Truncate(const std::string& text, int width);

// Messages of the API hold nothing else.
bool IsUtf8(const std::string& text);

}  // namespace xom::cli

#endif  // XOM_CLI_DISPLAY_WIDTH_H_
