#ifndef XOM_CLI_COMMANDS_H_
#define XOM_CLI_COMMANDS_H_

#include "cli/command_line.h"
#include "cli/session.h"

// The commands of `xom`, a source file each. They add themselves below `root`
// and use the session when they run, so it must outlive the command line.

namespace xom::cli {

void AddAdminCommands(Command root, Session& session);  // admin_commands.cc
void AddNeedCommands(Command root, Session& session);   // need_commands.cc
void AddOfferCommands(Command root, Session& session);  // offer_commands.cc
void AddClaimCommands(Command root, Session& session);  // claim_commands.cc
// Below `xom claim`: claim_transfer_commands.cc
void AddClaimTransferCommands(Command claim, Session& session);
void AddPointCommands(Command root, Session& session);     // point_commands.cc
void AddCategoryCommands(Command root, Session& session);  // and so on
void AddNearestCommands(Command root, Session& session);
void AddMatchCommand(Command root, Session& session);
void AddReportCommands(Command root, Session& session);
void AddModerationCommands(Command root, Session& session);
void AddVerifyCommands(Command root, Session& session);
void AddWatchCommands(Command root, Session& session);
void AddImportCommands(Command root, Session& session);
void AddExportCommands(Command root, Session& session);

// Below `admin`.
void AddUserCommands(Command admin, Session& session);
void AddOrganizationCommands(Command admin, Session& session);

}  // namespace xom::cli

#endif  // XOM_CLI_COMMANDS_H_
