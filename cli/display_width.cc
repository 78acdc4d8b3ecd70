#include "cli/display_width.h"

#include <locale.h>
#include <wchar.h>

#include <cstddef>

namespace xom::cli {
namespace {

constexpr char kEllipsis[] = "\xE2\x80\xA6";
constexpr char kReplacement[] = "\xEF\xBF\xBD";

// glibc knows the widths of Unicode, but only under a UTF-8 locale. This one is
// part of glibc itself, so that the user's LANG does not matter.
class Utf8Locale {
 public:
  Utf8Locale() : before_(uselocale(Get())) {}
  ~Utf8Locale() { uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  static locale_t Get() {
    static const locale_t kLocale =
        newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(0));
    return kLocale;
  }
  const locale_t before_;
};

struct Glyph {
  size_t bytes = 1;
  int width = 1;
  bool valid = false;
  bool blank = false;  // a space or a control character
};

// The code point at `at`; needs a Utf8Locale.
Glyph GlyphAt(const std::string& text, size_t at) {
  wchar_t wide = 0;
  mbstate_t state = {};
  const size_t length =
      mbrtowc(&wide, text.data() + at, text.size() - at, &state);
  if (length == static_cast<size_t>(-1) || length == static_cast<size_t>(-2)) {
    return Glyph{};
  }
  Glyph glyph;
  glyph.valid = true;
  glyph.bytes = length == 0 ? 1 : length;  // 0 stands for a NUL
  const int width = wcwidth(wide);
  // C1 controls, the line and paragraph separators, and the marks that turn
  // the direction of text are as dangerous as C0.
  const bool steering =
      (wide >= 0x2028 && wide <= 0x202E) || (wide >= 0x2066 && wide <= 0x2069);
  glyph.blank = wide == L' ' || wide == 0 || width < 0 || steering;
  glyph.width = glyph.blank ? 1 : width;
  return glyph;
}

}  // namespace

int DisplayWidth(const std::string& text) {
  Utf8Locale utf8;
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    const Glyph glyph = GlyphAt(text, at);
    width += glyph.width;
    at += glyph.bytes;
  }
  return width;
}

std::string OneLine(const std::string& text) {
  Utf8Locale utf8;
  std::string line;
  for (size_t at = 0; at < text.size();) {
    const Glyph glyph = GlyphAt(text, at);
    if (!glyph.valid) {
      line += kReplacement;
    } else if (!glyph.blank) {
      line.append(text, at, glyph.bytes);
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    at += glyph.bytes;
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

bool IsUtf8(const std::string& text) {
  Utf8Locale utf8;
  for (size_t at = 0; at < text.size();) {
    const Glyph glyph = GlyphAt(text, at);
    if (!glyph.valid) return false;
    at += glyph.bytes;
  }
  return true;
}

std::string Truncate(const std::string& text, int width) {
  Utf8Locale utf8;
  int used = 0;
  size_t fits = 0;  // bytes that leave a column for the ellipsis
  for (size_t at = 0; at < text.size();) {
    const Glyph glyph = GlyphAt(text, at);
    used += glyph.width;
    at += glyph.bytes;
    if (used < width) fits = at;
    if (used > width) {
      return width <= 0 ? "" : text.substr(0, fits) + kEllipsis;
    }
  }
  return text;
}

}  // namespace xom::cli
