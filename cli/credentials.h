#ifndef XOM_CLI_CREDENTIALS_H_
#define XOM_CLI_CREDENTIALS_H_

#include <memory>

#include "cli/session.h"
#include "grpcpp/channel.h"
#include "grpcpp/support/channel_arguments.h"

namespace xom::cli {

// A channel to the server of the flags, over TLS where they say so, on which
// every call, also a stream, carries their token and access code.
std::shared_ptr<grpc::Channel> OpenChannel(
    const GlobalFlags& flags, const grpc::ChannelArguments& arguments);

}  // namespace xom::cli

#endif  // XOM_CLI_CREDENTIALS_H_
