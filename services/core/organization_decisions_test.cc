#include "services/core/organization_decisions.h"

#include <gtest/gtest.h>

#include "services/core/limits.h"
#include "services/core/reason.h"

namespace xom::core {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'629'684'000);

v1::CreateOrganizationRequest NewOrganization(const std::string& name) {
  v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name(name);
  return request;
}

TEST(OrganizationDecisionsTest, ItNeedsANameAndIsNotAccreditedByItself) {
  const auto stored =
      CreateOrganization(NewOrganization("Bếp Ấm"), "organizations/a", kNow);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->organization().name(), "organizations/a");
  EXPECT_FALSE(stored->organization().accredited());
  for (const std::string& name :
       {std::string(), std::string(kMaxNameCharacters + 1, 'x')}) {
    EXPECT_FALSE(
        CreateOrganization(NewOrganization(name), "organizations/a", kNow)
            .ok());
  }
}

TEST(OrganizationDecisionsTest, AnUpdateChangesWhatItNames) {
  const auto stored =
      CreateOrganization(NewOrganization("A"), "organizations/a", kNow);
  v1::UpdateOrganizationRequest request;
  request.mutable_organization()->set_accredited(true);
  request.mutable_organization()->set_etag(stored->organization().etag());
  const auto updated =
      UpdateOrganization(*stored, request, kNow + absl::Seconds(1));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_TRUE(updated->organization().accredited());
  EXPECT_EQ(updated->organization().display_name(), "A");
  EXPECT_EQ(UpdateOrganization(*updated, request, kNow).status().code(),
            absl::StatusCode::kAborted);
  request.mutable_organization()->set_etag("");
  request.mutable_update_mask()->add_paths("display_name");
  EXPECT_EQ(UpdateOrganization(*updated, request, kNow).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace xom::core
