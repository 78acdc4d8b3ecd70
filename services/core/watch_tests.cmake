# Unit tests of views, watches and what they stand on.
xom_test(NAME core_watch_test LABEL unit
  SOURCES
    change_replay_test.cc
    due_runner_test.cc
    listing_test.cc
    match_service_test.cc
    nearest_edits_test.cc
    nearest_watch_test.cc
    ranked_needs_test.cc
    region_watch_test.cc
    resealer_test.cc
    view_test.cc
    watch_counts_test.cc
    watch_hub_test.cc
    watch_testing.cc
    writer_test.cc
  DEPS xom::core xom::storage_testing)

# It counts memory with an operator new of its own, as sanitizers do.
if(NOT XOM_SANITIZER)
  xom_test(NAME core_watch_memory_test LABEL unit
    SOURCES allocation_counter.cc watch_memory_test.cc watch_testing.cc
    DEPS xom::core xom::storage_testing)
endif()

find_package(benchmark QUIET)
if(benchmark_FOUND AND BUILD_TESTING)
  xom_binary(NAME core_watch_benchmark
    SOURCES allocation_counter.cc watch_hub_benchmark.cc watch_testing.cc
      watch_world.cc
    DEPS xom::core xom::storage_testing benchmark::benchmark)
endif()
