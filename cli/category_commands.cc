#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/commands.h"
#include "cli/message_text.h"
#include "cli/resource_commands.h"

namespace xom::cli {
namespace {

using Stub = v1::CategoryService::StubInterface;

// `NAME --display_name vi=Nước --display_name en=Water`.
struct CategoryFlags {
  std::string name;
  std::vector<std::string> display_names;
  RequestIdFlag request_id;

  void AddTo(Command command) {
    command.Positional("NAME", "such as water", &name);
    command.Flag("--display_name",
                 "LANGUAGE=TEXT, such as vi=Nước; again for more",
                 &display_names, Presence::kRequired);
    request_id.AddTo(command);
  }

  absl::Status Fill(v1::Category* category) const {
    for (const std::string& text : display_names) {
      const size_t equals = text.find('=');
      if (equals == std::string::npos || equals == 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("--display_name: `", text, "` is not LANGUAGE=TEXT"));
      }
      (*category->mutable_display_names())[text.substr(0, equals)] =
          text.substr(equals + 1);
    }
    return absl::OkStatus();
  }
};

ExitCode ListCategories(Session& session) {
  Table table({{"CATEGORY", Align::kLeft}, {"NAMES", Align::kStretch}});
  v1::ListCategoriesRequest request;
  v1::ListCategoriesResponse page;
  do {
    const grpc::Status status = session.Call<v1::CategoryService>(
        &Stub::ListCategories, request, &page);
    if (!status.ok()) return session.Fail(status);
    for (const v1::Category& category : page.categories()) {
      if (session.json()) session.out() << MessageJson(category) << "\n";
      std::string names;
      for (const auto& [language, text] : category.display_names()) {
        absl::StrAppend(&names, names.empty() ? "" : ", ", language, "=", text);
      }
      table.AddRow(
          {std::string(absl::StripPrefix(category.name(), "categories/")),
           names});
    }
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  if (!session.json()) session.out() << table.Text(session.width());
  return ExitCode::kOk;
}

ExitCode CreateCategory(const CategoryFlags& flags, Session& session) {
  v1::CreateCategoryRequest request;
  const absl::Status status = flags.Fill(request.mutable_category());
  if (!status.ok()) return session.Usage(std::string(status.message()));
  request.set_category_id(
      std::string(absl::StripPrefix(flags.name, "categories/")));
  request.set_request_id(flags.request_id.request_id);
  v1::Category reply;
  return session.Show(
      session.Call<v1::CategoryService>(&Stub::CreateCategory, request, &reply),
      reply);
}

ExitCode UpdateCategory(const CategoryFlags& flags, const std::string& etag,
                        Session& session) {
  v1::UpdateCategoryRequest request;
  const absl::Status status = flags.Fill(request.mutable_category());
  if (!status.ok()) return session.Usage(std::string(status.message()));
  request.mutable_category()->set_name(CategoryName(flags.name));
  request.mutable_category()->set_etag(etag);
  request.mutable_update_mask()->add_paths("display_names");
  request.set_request_id(flags.request_id.request_id);
  v1::Category reply;
  return session.Show(
      session.Call<v1::CategoryService>(&Stub::UpdateCategory, request, &reply),
      reply);
}

}  // namespace

void AddCategoryCommands(Command root, Session& session) {
  Command category = root.Add("category", "Kinds of help.");
  category.Add("list", "Lists all categories.").Run([&session] {
    return ListCategories(session);
  });

  Command create =
      category.Add("create", "Adds a category (for the operator).",
                   "xom category create water --display_name vi=Nước "
                   "--display_name en=Water");
  auto created = std::make_shared<CategoryFlags>();
  created->AddTo(create);
  create.Run([created, &session] { return CreateCategory(*created, session); });

  Command update = category.Add(
      "update", "Renames a category (for the operator): all names at once.",
      "xom category update water --display_name en=\"Drinking water\"");
  auto updated = std::make_shared<CategoryFlags>();
  auto etag = std::make_shared<std::string>();
  updated->AddTo(update);
  update.Flag("--etag", "refuse when it has changed since", etag.get());
  update.Run([updated, etag, &session] {
    return UpdateCategory(*updated, *etag, session);
  });
}

}  // namespace xom::cli
