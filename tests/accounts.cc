#include "tests/accounts.h"

#include <stdlib.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "trust/token_verifier.h"

namespace xom::tests {
namespace {

constexpr char kIssuer[] = "https://id.test";
constexpr char kAudience[] = "xom";

std::unique_ptr<trust::TokenIssuer> NewIssuer() {
  std::string folder = testing::TempDir() + "/xom_issuer_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) ADD_FAILURE() << "no folder";
  const std::string path = folder + "/key.pem";
  EXPECT_TRUE(trust::TokenIssuer::CreateKey(path).ok());
  auto issuer = trust::TokenIssuer::Load(path);
  EXPECT_TRUE(issuer.ok()) << issuer.status();
  std::filesystem::remove_all(folder);
  return *std::move(issuer);
}

edge::ServerOptions WithAccounts(edge::ServerOptions options,
                                 const edge::ServerOptions& accounts) {
  options.engine.authorization = accounts.engine.authorization;
  options.engine.issuers = accounts.engine.issuers;
  return options;
}

}  // namespace

Accounts::Accounts() : issuer_(NewIssuer()) {
  auto verifier = trust::TokenVerifier::FromJwks(
      issuer_->PublicJwks(), {.issuer = kIssuer, .audience = kAudience});
  EXPECT_TRUE(verifier.ok()) << verifier.status();
  trusted_.verifier = *std::move(verifier);
}

edge::ServerOptions Accounts::Options() const {
  edge::ServerOptions options;
  options.engine.authorization.access = core::Access::kAccounts;
  options.engine.issuers = {trusted_};
  return options;
}

std::string Accounts::Authorization(
    const std::string& subject, const std::vector<std::string>& roles) const {
  return absl::StrCat(
      "Bearer ", issuer_->Issue({.issuer = kIssuer,
                                 .subject = subject,
                                 .audience = kAudience,
                                 .token_id = "",
                                 .roles = roles,
                                 .expire_time = absl::FromUnixSeconds(4e9)}));
}

std::string Accounts::UserOf(const std::string& subject) {
  return core::ExternalUserName(kIssuer, subject);
}

AccountsTest::AccountsTest(edge::ServerOptions options)
    : AccountsTest(std::make_shared<Accounts>(), std::move(options)) {}

AccountsTest::AccountsTest(std::shared_ptr<Accounts> accounts,
                           edge::ServerOptions options)
    : ApiTest(WithAccounts(std::move(options), accounts->Options())),
      accounts_(std::move(accounts)) {}

ApiClient AccountsTest::As(const std::string& subject,
                           const std::vector<std::string>& roles) const {
  return client_.WithMetadata(
      {{"authorization", accounts_->Authorization(subject, roles)}});
}

ApiClient AccountsTest::WithCode(const std::string& access_code) const {
  return client_.WithMetadata({{"xom-access-code", access_code}});
}

v1::Need AccountsTest::Post(const v1::Need& need, const std::string& id) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = need;
  request.set_need_id(id);
  return Must<v1::Need>(request);
}

v1::Offer AccountsTest::Offer(const std::string& helper,
                              const std::string& id) {
  v1::CreateOfferRequest request;
  *request.mutable_offer() = OfferAt(10.77, 106.70);
  request.mutable_offer()->set_capacity(100);
  request.set_offer_id(id);
  return As(helper).Must<v1::Offer>(request);
}

v1::Claim AccountsTest::Claim(const std::string& helper,
                              const std::string& need,
                              const std::string& offer) {
  v1::ClaimNeedRequest request;
  request.set_name(need);
  request.set_offer(offer);
  return As(helper).Must<v1::Claim>(request);
}

v1::Claim AccountsTest::Deliver(const std::string& helper,
                                const v1::Claim& claim) {
  v1::MarkDeliveredRequest request;
  request.set_name(claim.name());
  request.set_fencing_token(claim.fencing_token());
  return As(helper).Must<v1::Claim>(request);
}

v1::RevealClaimRequest AccountsTest::Look(const v1::Claim& claim,
                                          const std::string& request_id) {
  v1::RevealClaimRequest request;
  request.set_name(claim.name());
  request.set_fencing_token(claim.fencing_token());
  request.set_request_id(request_id);
  return request;
}

v1::RevealNeedRequest AccountsTest::LookAt(const std::string& need) {
  v1::RevealNeedRequest request;
  request.set_name(need);
  return request;
}

std::vector<v1::Reveal> AccountsTest::LooksAt(const v1::Need& need) const {
  v1::ListRevealsRequest request;
  request.set_parent(need.name());
  const auto response =
      WithCode(need.access_code()).Must<v1::ListRevealsResponse>(request);
  return {response.reveals().begin(), response.reveals().end()};
}

v1::Need NeedWithSecrets() {
  return FromText<v1::Need>(
      "categories: 'categories/groceries' "
      "place { location { latitude: 10.7712345 longitude: 106.7098765 } "
      "  address: 'canary-address, the blue gate' "
      "  location_precision: LOCATION_PRECISION_METERS_300 } "
      "contact { display_name: 'canary-name' phone_number: '+84356789012' "
      "  other_channel: 'canary-channel' } "
      "situation: 'open-situation' language_code: 'vi' "
      "people { pregnant: 1 children: 2 } "
      "lines { item: 'open-item' quantity: 5 unit: 'open-unit' }");
}

}  // namespace xom::tests
