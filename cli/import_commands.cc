#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/create_sender.h"
#include "cli/failure.h"
#include "cli/import_flags.h"
#include "cli/import_pipeline.h"
#include "cli/import_report.h"
#include "cli/resource_kind.h"
#include "cli/row_identity.h"
#include "cli/uuid.h"

namespace xom::cli {
namespace {

// One import: the file, its mapping, the way to the server, the report.
template <typename Kind>
class Import {
 public:
  Import(const ImportFlags& flags, Session& session)
      : flags_(flags), session_(session), identity_(flags.IdPrefix()) {}

  ExitCode Run(std::istream& in, int64_t file_bytes);

 private:
  // The bool: go on. Refuses a row that cannot be mapped.
  bool Take(CsvRow row, const RowMapper& mapper, ImportPipeline& pipeline);
  ExitCode End(bool whole, const ImportPipeline& pipeline);
  void Settle(const CsvRow& row, const grpc::Status& status);

  const ImportFlags& flags_;
  Session& session_;
  Interrupt interrupt_;
  RowIdentity identity_;
  std::unique_ptr<ImportReport> report_;
  int64_t last_line_ = 0;
};

template <typename Kind>
ExitCode Import<Kind>::Run(std::istream& in, int64_t file_bytes) {
  absl::StatusOr<ColumnMapping> mapping = flags_.Mapping();
  if (!mapping.ok()) {
    return session_.Usage(std::string(mapping.status().message()));
  }
  CsvReader reader(&in);
  CsvRow row;
  absl::StatusOr<bool> more = reader.Next(&row);
  if (more.ok() && !*more) return session_.Usage("the file is empty");
  if (!more.ok()) return session_.Usage(std::string(more.status().message()));
  const absl::StatusOr<RowMapper> mapper =
      RowMapper::Create(*std::move(mapping), row);
  if (!mapper.ok()) {
    return session_.Usage(std::string(mapper.status().message()));
  }
  report_ = std::make_unique<ImportReport>(
      ImportReport::Options{
          flags_.file, flags_.errors_file, file_bytes, flags_.max_errors_shown,
          session_.json(),
          &session_.err() == &std::cerr && isatty(STDERR_FILENO) == 1},
      &session_.err());
  const absl::Status begun = report_->Begin(row);
  if (!begun.ok()) return session_.Usage(std::string(begun.message()));

  ImportPipeline pipeline(
      CreateSender<Kind>(session_.channel(), session_.timeout()),
      [this](const ImportTask& task, const grpc::Status& status) {
        Settle(task.row, status);
      },
      flags_.patience, &interrupt_);
  bool going = true;
  while (going && (more = reader.Next(&row)).ok() && *more) {
    report_->Progress(reader.bytes_read());
    going = Take(std::move(row), *mapper, pipeline);
  }
  const bool whole = pipeline.Finish() && going && more.ok();
  if (!more.ok()) {
    report_->Clear();
    session_.err() << "xom: " << flags_.file << ": " << more.status().message()
                   << "\n";
  }
  return End(whole, pipeline);
}

template <typename Kind>
bool Import<Kind>::Take(CsvRow row, const RowMapper& mapper,
                        ImportPipeline& pipeline) {
  last_line_ = row.line;
  ++report_->counts().rows;
  if (!mapper.Passes(row)) {
    ++report_->counts().skipped;
    return true;
  }
  auto request = std::make_shared<typename Kind::CreateRequest>();
  absl::Status status = mapper.Check(row);
  if (status.ok()) status = mapper.Fill(row, &Kind::In(*request));
  if (!status.ok()) {
    report_->Refused(row, std::string(status.message()));
    return true;
  }
  const std::string id = mapper.IdOf(row);
  Kind::SetId(id.empty() ? identity_.OfContent(request->SerializeAsString())
                         : identity_.OfId(id),
              *request);
  // The id makes a second run safe. The request_id, new in each run, makes a
  // retry within this one come back as imported and not as already there.
  request->set_request_id(RandomUuid());
  request->set_validate_only(flags_.dry_run);
  if (pipeline.Push({std::move(row), std::move(request), Backoff()})) {
    return true;
  }
  --report_->counts().rows;  // stopped: this one was not sent
  return false;
}

template <typename Kind>
void Import<Kind>::Settle(const CsvRow& row, const grpc::Status& status) {
  if (status.ok()) {
    ++report_->counts().imported;
  } else if (status.error_code() == grpc::StatusCode::ALREADY_EXISTS) {
    ++report_->counts().already_there;
  } else {
    report_->Refused(row, FailureText(status));
  }
}

template <typename Kind>
ExitCode Import<Kind>::End(bool whole, const ImportPipeline& pipeline) {
  report_->Clear();
  if (session_.json()) {
    session_.out() << report_->SummaryJson() << "\n";
  } else {
    session_.out() << report_->Summary(flags_.dry_run ? "would be imported"
                                                      : "imported")
                   << "\n";
  }
  const char* const again =
      ": run the same command again to go on; nothing is doubled\n";
  if (!pipeline.failure().ok()) {
    PrintFailure(pipeline.failure(), session_.server(), session_.err());
    session_.err() << "stopped at line " << last_line_ << again;
    return ExitCodeOf(pipeline.failure());
  }
  if (interrupt_.requested()) {
    session_.err() << "interrupted at line " << last_line_ << again;
    return ExitCode::kInterrupted;
  }
  if (!whole) return ExitCode::kUsage;  // the file could not be read on
  return report_->counts().refused > 0 ? ExitCode::kSomeRefused : ExitCode::kOk;
}

template <typename Kind>
ExitCode RunImport(const ImportFlags& flags, Session& session) {
  if (flags.file == "-") return Import<Kind>(flags, session).Run(std::cin, 0);
  std::ifstream file(flags.file, std::ios::binary);
  struct stat facts = {};
  if (!file || stat(flags.file.c_str(), &facts) != 0 ||
      S_ISDIR(facts.st_mode)) {
    return session.Usage("cannot read " + flags.file);
  }
  return Import<Kind>(flags, session).Run(file, facts.st_size);
}

template <typename Kind>
void AddImport(Command command, Session& session,
               void (ImportFlags::*add_own)(Command)) {
  auto flags = std::make_shared<ImportFlags>();
  flags->AddTo(command);
  (flags.get()->*add_own)(command);
  command.Run([flags, &session] { return RunImport<Kind>(*flags, session); });
}

}  // namespace

void AddImportCommands(Command root, Session& session) {
  Command import = root.Add(
      "import", "Posts every row of a CSV file; run again, it goes on.");
  AddImport<NeedKind>(
      import.Add("needs", "Imports needs.",
                 "xom import needs samples/nyc_311.csv --id_column id "
                 "--category_column xom_category "
                 "--situation_column subcategory\n"
                 "xom import needs reports.csv --id_column report_id "
                 "--filter kind=request --category_column need_group "
                 "--category_map food=groceries,medical=medical-advice "
                 "--default_category necessities --dry_run"),
      session, &ImportFlags::AddNeedTo);
  AddImport<OfferKind>(
      import.Add("offers", "Imports offers.",
                 "xom import offers offers.csv --id_column id "
                 "--category_column category --display_name_column name"),
      session, &ImportFlags::AddOfferTo);
  AddImport<PointKind>(
      import.Add("points", "Imports supply points.",
                 "xom import points samples/hanoi_hospitals.csv "
                 "--id_column osm_id --default_category medical-advice "
                 "--display_name_column display_name "
                 "--hours_column opening_hours --time_zone Asia/Ho_Chi_Minh"),
      session, &ImportFlags::AddPointTo);
}

}  // namespace xom::cli
