# Model, resume and recovery tests.
xom_library(NAME model
  SOURCES
    model_checks.cc
    model_claim_driver.cc
    model_claims.cc
    model_csv.cc
    model_driver.cc
    model_engine.cc
    model_geo.cc
    model_random.cc
    model_socket.cc
    model_world.cc
  DEPS xom::test_server xom::cli_fold xom::storage_testing
  PRIVATE_DEPS xom::cli_text)

xom_library(NAME claim_history SOURCES claim_history.cc)
xom_test(NAME claim_history_test LABEL unit
  SOURCES claim_history_test.cc
  DEPS xom::claim_history)
xom_library(NAME claim_helper
  SOURCES claim_helper.cc
  DEPS xom::claim_history xom::test_server)
xom_test(NAME claim_race_test LABEL model
  SOURCES claim_race_test.cc
  DEPS xom::api_client xom::claim_helper)

xom_test(NAME model_test LABEL model
  SOURCES model_test.cc model_city_test.cc
  DEPS xom::model xom::lockdown_city)
xom_test(NAME resume_test LABEL model
  SOURCES resume_erase_test.cc resume_server_test.cc resume_test.cc
  DEPS xom::model)

xom_test(NAME peer_vectors_test LABEL model
  SOURCES peer_vectors_test.cc province_test.cc
  DEPS xom::model nlohmann_json::nlohmann_json)

xom_test(NAME recovery_test LABEL recovery
  SOURCES
    recovery_claims_test.cc
    recovery_process.cc
    recovery_test.cc
    recovery_writer.cc
  DEPS xom::claim_helper xom::model xom::proto_internal)
if(BUILD_TESTING)
  xom_binary(NAME recovery_server SOURCES recovery_server.cc DEPS xom::edge)
  add_dependencies(recovery_test recovery_server xomd)
  target_compile_definitions(recovery_test PRIVATE
    XOM_RECOVERY_SERVER_PATH="$<TARGET_FILE:recovery_server>"
    XOM_XOMD_PATH="$<TARGET_FILE:xomd>")
endif()
