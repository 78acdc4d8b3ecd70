#include "cli/list_flags.h"

#include "absl/strings/str_cat.h"

namespace xom::cli {
namespace {

template <typename State>
void AddStates(Command command, std::vector<State>* states) {
  command.Flag(
      "--state",
      absl::StrCat("only this state: ",
                   EnumWords(*google::protobuf::GetEnumDescriptor<State>()),
                   "; again for more"),
      states);
}

}  // namespace

void NeedFilter::AddTo(Command command) {
  AddStates(command, &states);
  command.Flag("--min_urgency", "only from low|normal|high|critical on",
               &min_urgency);
  command.Flag("--min_verification",
               "only from phone_checked|vouched|visited on", &min_verification);
}

void NeedFilter::Fill(v1::ListNeedsRequest* request) const {
  for (const v1::Need::State state : states) request->add_states(state);
  if (min_urgency.has_value()) request->set_min_urgency(*min_urgency);
  if (min_verification.has_value()) {
    request->set_min_verification(*min_verification);
  }
}

void OfferFilter::AddTo(Command command) { AddStates(command, &states); }

void OfferFilter::Fill(v1::ListOffersRequest* request) const {
  for (const v1::Offer::State state : states) request->add_states(state);
}

void PointFilter::AddTo(Command command) {
  command.Switch("--open_now", "only what is open now", &open_now);
}

void PointFilter::Fill(v1::ListSupplyPointsRequest* request) const {
  request->set_open_now(open_now);
}

}  // namespace xom::cli
