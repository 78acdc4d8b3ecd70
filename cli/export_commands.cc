#include <fstream>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/export_text.h"
#include "cli/list_flags.h"
#include "cli/measure_text.h"

namespace xom::cli {
namespace {

template <typename Kind>
struct ExportFlags {
  ListFlags<Kind> list;
  std::string format = "csv";
  std::string output;
};

template <typename Kind>
grpc::Status WriteCsv(const typename Kind::ListRequest& request,
                      Session& session, std::ostream& out, int64_t* count) {
  out << CsvHeader(ExportCells(typename Kind::Resource()));
  return ForEach<Kind>(session, request, 0, [&](const auto& resource) {
    out << CsvRowText(ExportCells(resource));
    ++*count;
  });
}

// A FeatureCollection, a feature a line, written as the pages come.
template <typename Kind>
grpc::Status WriteGeoJson(const typename Kind::ListRequest& request,
                          Session& session, std::ostream& out, int64_t* count) {
  out << R"({"type":"FeatureCollection","features":[)";
  const grpc::Status status =
      ForEach<Kind>(session, request, 0, [&](const auto& resource) {
        out << (*count == 0 ? "\n" : ",\n")
            << GeoJsonFeature(ExportCells(resource));
        ++*count;
      });
  out << "\n]}\n";
  return status;
}

template <typename Kind>
ExitCode Export(const ExportFlags<Kind>& flags, Session& session) {
  typename Kind::ListRequest request;
  const absl::Status filled = flags.list.Fill(&request);
  if (!filled.ok()) return session.Usage(std::string(filled.message()));
  if (flags.format != "csv" && flags.format != "geojson") {
    return session.Usage("--format: must be csv or geojson");
  }
  std::ofstream file;
  if (!flags.output.empty()) file.open(flags.output, std::ios::binary);
  std::ostream& out = flags.output.empty() ? session.out() : file;
  if (!out) return session.Usage("cannot write " + flags.output);
  int64_t count = 0;
  const grpc::Status status =
      flags.format == "csv" ? WriteCsv<Kind>(request, session, out, &count)
                            : WriteGeoJson<Kind>(request, session, out, &count);
  out << std::flush;
  if (!status.ok()) {
    session.err() << "xom: stopped after " << CountText(count)
                  << ": the output is not whole\n";
    return session.Fail(status);
  }
  if (!out) return session.Usage("cannot write on; is the disk full?");
  session.err() << CountText(count) << " " << Kind::kCollection
                << " exported\n";
  return ExitCode::kOk;
}

template <typename Kind>
void AddExport(Command command, Session& session) {
  auto flags = std::make_shared<ExportFlags<Kind>>();
  flags->list.AddTo(command);
  command.Flag("--format", "csv|geojson (default csv)", &flags->format);
  command.Flag("--output", "file to write (default: stdout)", &flags->output);
  command.Run([flags, &session] { return Export<Kind>(*flags, session); });
}

}  // namespace

void AddExportCommands(Command root, Session& session) {
  Command command =
      root.Add("export", "Writes what the public sees, for other programs.");
  AddExport<NeedKind>(
      command.Add("needs", "Exports needs.",
                  "xom export needs --state open --output needs.csv\n"
                  "xom export needs --format geojson "
                  "--region_circle 10.7769,106.7009,5000"),
      session);
  AddExport<OfferKind>(command.Add("offers", "Exports offers."), session);
  AddExport<PointKind>(command.Add("points", "Exports supply points."),
                       session);
}

}  // namespace xom::cli
