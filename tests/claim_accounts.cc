#include "tests/claim_accounts.h"

#include "absl/strings/str_cat.h"

namespace xom::tests {

ApiClient ClaimAccountTest::AddUser(const std::string& id,
                                    const std::string& fields) {
  internal::v1::StoredUser stored;
  MergeText(fields, stored.mutable_user());
  stored.mutable_user()->set_name(absl::StrCat("users/", id));
  stored.mutable_user()->set_state(v1::User::STATE_ACTIVE);
  const auto result = storage::CommitAndWait(
      server_.server().ledger(),
      {.mutations = {{stored.user().name(), 0, stored.SerializeAsString()}},
       .commit_time = Now()});
  EXPECT_TRUE(result.ok()) << result.status();
  return As(id);
}

ApiClient ClaimAccountTest::AddMember(const std::string& id, bool dispatcher) {
  return AddUser(
      id, absl::StrCat("memberships { organization: 'organizations/relief' "
                       "rank: ",
                       dispatcher ? "RANK_DISPATCHER" : "RANK_MEMBER", " }"));
}

void ClaimAccountTest::AddOffer(const std::string& id, const std::string& owner,
                                int capacity) {
  v1::CreateOfferRequest request;
  *request.mutable_offer() = OfferAt(10, 106);
  request.mutable_offer()->set_capacity(capacity);
  request.set_offer_id(id);
  const bool own = owner.find("users/") == 0;
  AddUser("poster");
  As(own ? owner.substr(6) : "poster").Must<v1::Offer>(request);
  if (own) return;
  Edit<internal::v1::StoredOffer>(
      absl::StrCat("offers/", id), [&](internal::v1::StoredOffer* stored) {
        stored->mutable_offer()->set_organization(owner);
      });
}

ApiClient ClaimAccountTest::PostNeed(const std::string& id,
                                     const std::string& text) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(10, 106);
  MergeText(text, request.mutable_need());
  request.set_need_id(id);
  const auto need = Must<v1::Need>(request);
  return client_.WithMetadata({{"xom-access-code", need.access_code()}});
}

}  // namespace xom::tests
