// xomd: the server.
#include "services/edge/flags.h"
#include "services/edge/serve.h"

int main(int argc, char** argv) {
  return xom::edge::Serve(xom::edge::ParseFlags(argc, argv));
}
