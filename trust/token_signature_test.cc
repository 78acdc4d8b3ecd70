// Tokens that were signed with the wrong key, or in the wrong way.
#include <openssl/ec.h>
#include <openssl/hmac.h>

#include "absl/strings/str_cat.h"
#include "trust/base64url.h"
#include "trust/openssl_ptr.h"
#include "trust/token_attack.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

// The classic: the public key taken for the secret of an HMAC.
TEST_F(TokenAttackTest, HmacWithThePublicKey) {
  const std::string text = TextToSign(R"({"alg":"HS256","kid":"rsa"})", good_);
  const std::string n = rsa_.Jwk("rsa")["n"];
  for (const std::string& secret :
       {jwks_, rsa_.Jwk("rsa").dump(), n, *DecodeBase64Url(n), std::string()}) {
    unsigned char mac[32];
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac,
         nullptr);
    const absl::string_view bytes(reinterpret_cast<char*>(mac), sizeof mac);
    ExpectRefused(absl::StrCat(text, ".", EncodeBase64Url(bytes)),
                  "alg is not accepted");
  }
}

TEST_F(TokenAttackTest, AKeyUnderTheAlgorithmOfAnother) {
  const std::pair<const char*, const TestKey*> keys[] = {
      {"rsa", &rsa_}, {"ec", &ec_}, {"ed", &ed_}};
  const char* own[] = {"RS256", "ES256", "EdDSA"};
  for (size_t k = 0; k < 3; ++k) {
    for (size_t a = 0; a < 3; ++a) {
      const Json header = {{"alg", own[a]}, {"kid", keys[k].first}};
      const std::string token =
          MakeToken(*keys[k].second, header.dump(), good_);
      if (k == a) {
        EXPECT_TRUE(verifier_->Verify(token, kTestNow).ok());
      } else {
        ExpectRefused(token, "no key fits");
        // Without the kid the right key is found, and it did not sign.
        ExpectRefused(
            MakeToken(*keys[k].second, Json{{"alg", own[a]}}.dump(), good_),
            "the signature is wrong");
      }
    }
  }
}

TEST_F(TokenAttackTest, AnotherCurve) {
  const TestKey p384 = TestKey::Ec("P-384");
  const TestKey k256 = TestKey::Ec("secp256k1");
  const char header[] = R"({"alg":"ES256","kid":"ec"})";
  ExpectRefused(MakeToken(p384, header, good_), "the signature is wrong");
  ExpectRefused(MakeToken(k256, header, good_), "the signature is wrong");
  // A point of the other curve, said to be of P-256.
  Json disguised = k256.Jwk("ec");
  EXPECT_EQ(disguised["crv"], "P-256");
  EXPECT_FALSE(
      TokenVerifier::FromJwks(KeySetText({disguised}), TestOptions()).ok());
}

TEST_F(TokenAttackTest, AnotherKeyOfTheSameKind) {
  for (const auto& [alg, kid, key] :
       {std::tuple{"RS256", "rsa", TestKey::Rsa(2048)},
        std::tuple{"ES256", "ec", TestKey::Ec("P-256")},
        std::tuple{"EdDSA", "ed", TestKey::Ed25519()}}) {
    ExpectRefused(
        MakeToken(key, Json{{"alg", alg}, {"kid", kid}}.dump(), good_),
        "the signature is wrong");
  }
}

TEST_F(TokenAttackTest, AWeakRsaKey) {
  const TestKey weak = TestKey::Rsa(1024);
  EXPECT_FALSE(
      TokenVerifier::FromJwks(KeySetText({weak.Jwk("rsa")}), TestOptions())
          .ok());
  ExpectRefused(MakeToken(weak, R"({"alg":"RS256","kid":"rsa"})", good_),
                "the signature is wrong");
}

// The key that a token brings along proves nothing.
TEST_F(TokenAttackTest, KeysInTheHeaderAreNotLookedAt) {
  const TestKey evil = TestKey::Ed25519();
  for (const Json& extra :
       {Json{{"jwk", evil.Jwk("ed")}}, Json{{"jku", "https://evil.example"}},
        Json{{"x5u", "https://evil.example"}}, Json{{"x5c", {"MIIB"}}},
        Json{{"jwk", evil.Jwk("evil")}, {"kid", "evil"}}}) {
    Json header = {{"alg", "EdDSA"}, {"kid", "ed"}};
    header.update(extra);
    ExpectRefused(
        MakeToken(evil, header.dump(), good_),
        header["kid"] == "ed" ? "the signature is wrong" : "no key fits");
    header["kid"] = "ed";
    EXPECT_TRUE(
        verifier_->Verify(MakeToken(ed_, header.dump(), good_), kTestNow).ok());
  }
}

// What a signature of ECDSA may look like.
class Es256SignatureTest : public TokenAttackTest {
 protected:
  std::string With(absl::string_view signature) const {
    return absl::StrCat(text_, ".", EncodeBase64Url(signature));
  }

  const std::string text_ =
      TextToSign(R"({"alg":"ES256","kid":"ec"})", GoodPayload().dump());
  const std::string signature_ = ec_.Sign(text_);
};

TEST_F(Es256SignatureTest, TwoNumbersOf32BytesAndNothingElse) {
  ASSERT_EQ(signature_.size(), 64u);
  EXPECT_TRUE(verifier_->Verify(With(signature_), kTestNow).ok());
  const std::string zero(32, '\0');
  const std::string ones(32, '\xff');
  const std::string r = signature_.substr(0, 32);
  const std::string s = signature_.substr(32);
  for (const std::string& bad :
       {r, r + s.substr(1), signature_ + '\0', '\0' + signature_, r + '\0' + s,
        signature_ + signature_, s + r, zero + zero, zero + s, r + zero,
        ones + ones, r + ones, ones + s, std::string(96, '\1'),
        std::string("\0", 1)}) {
    ExpectRefused(With(bad), "the signature is wrong");
  }
}

TEST_F(Es256SignatureTest, DerIsRefused) {
  const EcdsaSigPtr sig(ECDSA_SIG_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature_.data());
  ECDSA_SIG_set0(sig.get(), BN_bin2bn(bytes, 32, nullptr),
                 BN_bin2bn(bytes + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(sig.get(), &der);
  ExpectRefused(With({reinterpret_cast<char*>(der), static_cast<size_t>(size)}),
                "the signature is wrong");
  OPENSSL_free(der);
}

// r and n - s sign as r and s do; JWS asks for neither. So a token's bytes do
// not name it: its jti does.
TEST_F(Es256SignatureTest, TheMirrorSaysTheSame) {
  const BignumPtr n(BN_new());
  const BignumPtr s(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(signature_.data()) + 32,
                32, nullptr));
  BIGNUM* order = n.get();
  ASSERT_GT(BN_hex2bn(&order,
                      "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9"
                      "CAC2FC632551"),
            0);
  std::string mirror = signature_;
  BN_sub(s.get(), n.get(), s.get());
  BN_bn2binpad(s.get(), reinterpret_cast<unsigned char*>(mirror.data()) + 32,
               32);
  ASSERT_NE(mirror, signature_);
  const auto claims = verifier_->Verify(With(mirror), kTestNow);
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->token_id, "t1");
  // Nor does a number past the order count as what it leaves.
  BN_add(s.get(), n.get(), s.get());
  if (BN_num_bytes(s.get()) <= 32) {
    BN_bn2binpad(s.get(), reinterpret_cast<unsigned char*>(mirror.data()) + 32,
                 32);
    ExpectRefused(With(mirror), "the signature is wrong");
  }
}

TEST_F(TokenAttackTest, RsaAndEd25519SignaturesOfAnotherLength) {
  for (const auto& [header, key] :
       {std::pair{R"({"alg":"RS256","kid":"rsa"})", &rsa_},
        std::pair{R"({"alg":"EdDSA","kid":"ed"})", &ed_}}) {
    const std::string text = TextToSign(header, good_);
    const std::string signature = key->Sign(text);
    for (const std::string& bad :
         {signature.substr(1), signature.substr(0, signature.size() - 1),
          signature + '\0', '\0' + signature, signature + signature,
          std::string(signature.size(), '\0'),
          std::string(signature.size(), '\xff')}) {
      ExpectRefused(absl::StrCat(text, ".", EncodeBase64Url(bad)),
                    "the signature is wrong");
    }
  }
}

TEST_F(TokenAttackTest, FailuresLeaveNoErrorsForTls) {
  ERR_clear_error();
  ExpectRefused(
      MakeToken(TestKey::Ec("P-256"), R"({"alg":"ES256","kid":"ec"})", good_),
      "the signature is wrong");
  ExpectRefused(
      MakeToken(TestKey::Rsa(2048), R"({"alg":"RS256","kid":"rsa"})", good_),
      "the signature is wrong");
  EXPECT_FALSE(
      TokenVerifier::FromJwks(KeySetText({TestKey::Ec("secp256k1").Jwk("x")}),
                              TestOptions())
          .ok());
  EXPECT_EQ(ERR_peek_error(), 0u);
}

}  // namespace
}  // namespace xom::trust
