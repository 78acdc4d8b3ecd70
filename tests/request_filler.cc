#include "tests/request_filler.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/core/policy.h"

namespace xom::tests {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;

std::string TextFor(const std::string& field, const Filling& filling) {
  static const auto& about = *new std::set<std::string>{
      "name", "parent", "subject", "need", "merged_into"};
  if (about.count(field) > 0) return filling.subject;
  if (field == "offer") return filling.offer;
  if (field == "request_id") return NewRequestId();
  if (field == "comment") return kReportComment;
  if (field == "display_name" || field == "description") return "Shop";
  if (filling.wrong) return absl::StrCat("canary-wrong-", field);
  return "";
}

void Fill(const Filling& filling, Message* message);

void FillMessage(const FieldDescriptor& field, const Filling& filling,
                 Message* message) {
  const std::string& type = field.message_type()->full_name();
  Message* value = message->GetReflection()->MutableMessage(message, &field);
  if (type == "xom.v1.Need") {
    v1::Need need = filling.need;
    need.set_name(filling.subject);
    if (filling.wrong) {
      need.mutable_contact()->set_phone_number("canary-wrong-phone");
      need.mutable_place()->set_accuracy_meters(-1);
      need.add_categories("categories/none");
    }
    value->CopyFrom(need);
  } else if (type == "xom.v1.Region") {
    value->CopyFrom(FromText<v1::Region>(
        "circle { center { latitude: 10.77 longitude: 106.7 } "
        "radius_meters: 50000 }"));
  } else if (type == "google.type.LatLng") {
    value->CopyFrom(
        FromText<google::type::LatLng>("latitude: 10.76 longitude: 106.69"));
  } else if (type == "xom.v1.Place") {
    value->CopyFrom(
        FromText<v1::Place>("location { latitude: 10.76 longitude: 106.69 }"));
  } else if (type == "xom.v1.Contact") {
    value->CopyFrom(filling.need.contact());
  } else if (type.rfind("xom.v1.", 0) == 0) {
    Fill(filling, value);
  } else {
    message->GetReflection()->ClearField(message, &field);
  }
}

void FillNumber(const FieldDescriptor& field, const Filling& filling,
                Message* message) {
  const Reflection& reflection = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(message, &field, filling.wrong ? -1 : 9);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(message, &field, filling.fencing_token);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, &field, filling.wrong ? 99 : 1);
    default:
      return;
  }
}

void Fill(const Filling& filling, Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.name() == "categories" && field.is_repeated()) {
      message->GetReflection()->AddString(message, &field,
                                          "categories/groceries");
    }
    if (field.is_repeated() || field.containing_oneof() != nullptr) continue;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      FillMessage(field, filling, message);
    } else if (field.type() == FieldDescriptor::TYPE_STRING) {
      message->GetReflection()->SetString(message, &field,
                                          TextFor(field.name(), filling));
    } else {
      FillNumber(field, filling, message);
    }
  }
}

}  // namespace

std::unique_ptr<Message> FilledRequest(const MethodDescriptor& method,
                                       const Filling& filling) {
  std::unique_ptr<Message> request(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(method.input_type())
          ->New());
  Fill(filling, request.get());
  return request;
}

void ForEachMethod(const std::function<void(const MethodDescriptor&)>& call) {
  for (const core::PolicyRow& row : core::Policy()) {
    const auto* method = DescriptorPool::generated_pool()->FindMethodByName(
        absl::StrReplaceAll(absl::StrCat("xom.v1.", row.method), {{"/", "."}}));
    // A service that no server of this binary has yet.
    if (method != nullptr) call(*method);
  }
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

}  // namespace xom::tests
