#include <iostream>
#include <string>
#include <vector>

#include "cli/xom.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return static_cast<int>(xom::cli::Xom(arguments, std::cout, std::cerr));
}
