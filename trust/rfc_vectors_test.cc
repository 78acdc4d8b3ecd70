// The examples of the RFCs.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "trust/base64url.h"
#include "trust/file_testing.h"
#include "trust/key_set.h"
#include "trust/token_issuer.h"
#include "trust/token_testing.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

// RFC 7515, appendix A.2 and A.3: the payload is the same.
constexpr char kJoe[] =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

constexpr char kRsaModulus[] =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddx"
    "HmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs"
    "D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSH"
    "SXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV"
    "MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8"
    "NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
constexpr char kRsaSignature[] =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
    "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
    "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
    "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
    "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
    "p0igcN_IoypGlUPQGe77Rw";

constexpr char kEcX[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr char kEcY[] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
constexpr char kEcSignature[] =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
    "pmWQxfKTUJqPP3-Kg6NU1Q";

// RFC 8037, appendix A.
constexpr char kEdSecret[] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
constexpr char kEdX[] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr char kEdThumbprint[] = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
constexpr char kEdPayload[] = "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr char kEdSignature[] =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
    "hVsPt9g7sVvpAr_MuM0KAg";

// Whether the only key of a set verifies header, payload and signature, and
// nothing that is one bit off.
void ExpectVerifies(const Json& key, Algorithm algorithm,
                    const std::string& token) {
  const auto set = KeySet::Parse(KeySetText({key}));
  ASSERT_TRUE(set.ok()) << set.status();
  const PublicKey* found = set->Find(std::nullopt, algorithm);
  ASSERT_NE(found, nullptr);
  const size_t dot = token.rfind('.');
  std::string text = token.substr(0, dot);
  std::string signature = *DecodeBase64Url(token.substr(dot + 1));
  EXPECT_TRUE(found->Verifies({text, signature}));
  for (std::string* part : {&text, &signature}) {
    for (char& byte : *part) {
      byte ^= 1;
      EXPECT_FALSE(found->Verifies({text, signature}));
      byte ^= 1;
    }
  }
}

TEST(RfcVectorsTest, Rfc7515A2Rs256) {
  ExpectVerifies(
      {{"kty", "RSA"}, {"n", kRsaModulus}, {"e", "AQAB"}}, Algorithm::kRs256,
      absl::StrCat("eyJhbGciOiJSUzI1NiJ9.", kJoe, ".", kRsaSignature));
}

TEST(RfcVectorsTest, Rfc7515A3Es256) {
  ExpectVerifies(
      {{"kty", "EC"}, {"crv", "P-256"}, {"x", kEcX}, {"y", kEcY}},
      Algorithm::kEs256,
      absl::StrCat("eyJhbGciOiJFUzI1NiJ9.", kJoe, ".", kEcSignature));
}

TEST(RfcVectorsTest, Rfc8037A4EdDsa) {
  const std::string token =
      absl::StrCat("eyJhbGciOiJFZERTQSJ9.", kEdPayload, ".", kEdSignature);
  ExpectVerifies({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", kEdX}},
                 Algorithm::kEdDsa, token);
  const TestKey key = TestKey::Ed25519From(*DecodeBase64Url(kEdSecret));
  EXPECT_EQ(MakeToken(key, R"({"alg":"EdDSA"})", "Example of Ed25519 signing"),
            token);
}

TEST(RfcVectorsTest, Rfc8037A3ThumbprintNamesTheIssuersKey) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("issuer.pem");
  WriteFile(path, TestKey::Ed25519From(*DecodeBase64Url(kEdSecret)).Pem(),
            0600);
  const auto issuer = TokenIssuer::Load(path);
  ASSERT_TRUE(issuer.ok()) << issuer.status();
  const Json expected = {{"kty", "OKP"}, {"crv", "Ed25519"},
                         {"x", kEdX},    {"alg", "EdDSA"},
                         {"use", "sig"}, {"kid", kEdThumbprint}};
  EXPECT_EQ(Json::parse((*issuer)->PublicJwks()), Json({{"keys", {expected}}}));
}

}  // namespace
}  // namespace xom::trust
