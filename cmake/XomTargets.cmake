# What every target of ours shares: the language, the warnings, the launcher
# and the precompiled header. Three ways to make a target:
#
#   xom_library(NAME geo SOURCES a.cc b.cc DEPS absl::status)   alias xom::geo
#   xom_binary(NAME xomd SOURCES main.cc DEPS xom::edge)
#   xom_test(NAME geo_test LABEL unit SOURCES a_test.cc DEPS xom::geo)
#
# DEPS are public, PRIVATE_DEPS stay inside (third parties belong there).
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(XOM_SANITIZER "" CACHE STRING "e.g. address,undefined or thread")

find_program(XOM_CCACHE ccache)
if(XOM_CCACHE)
  # The sloppiness is what the ccache manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${XOM_CCACHE})
endif()

find_program(XOM_LLD ld.lld)
if(XOM_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-fpch-preprocess -fno-omit-frame-pointer)
if(XOM_SANITIZER)
  # Under AddressSanitizer Abseil lays out its containers in another way than in
  # the packaged libraries, whose inlined code we call. Without this macro Abseil
  # does not notice the sanitizer, which works all the same.
  add_compile_options(-U__SANITIZE_ADDRESS__)
  add_compile_options(-fsanitize=${XOM_SANITIZER} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${XOM_SANITIZER})
endif()

# GCC 12 takes assignments to an empty std::string for overflows (its bugs
# 105329 and 105651); these two warnings are off until it does not.
set(XOM_WARNINGS
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  -Wno-restrict -Wno-stringop-overflow)

function(xom_defaults target)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${target} PRIVATE ${XOM_WARNINGS})
  target_precompile_headers(${target} PRIVATE
    <algorithm> <functional> <memory> <optional> <string> <utility> <vector>
    <absl/status/status.h> <absl/status/statusor.h> <absl/strings/str_cat.h>
    <absl/strings/string_view.h> <absl/time/time.h> <absl/types/span.h>)
endfunction()

function(xom_library)
  cmake_parse_arguments(X "" "NAME" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(xom_${X_NAME} STATIC ${X_SOURCES})
  add_library(xom::${X_NAME} ALIAS xom_${X_NAME})
  target_link_libraries(xom_${X_NAME}
    PUBLIC ${X_DEPS} absl::status absl::statusor absl::strings absl::time
    PRIVATE ${X_PRIVATE_DEPS})
  xom_defaults(xom_${X_NAME})
endfunction()

function(xom_binary)
  cmake_parse_arguments(X "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${X_NAME} ${X_SOURCES})
  target_link_libraries(${X_NAME} PRIVATE ${X_DEPS} absl::status absl::statusor
    absl::strings absl::time)
  xom_defaults(${X_NAME})
endfunction()

# LABEL is one of unit, api, model, recovery, fuzz, load. PROCESSORS: how many
# each of its tests keeps busy, where that is more than one.
function(xom_test)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(X "" "NAME;LABEL;PROCESSORS" "SOURCES;DEPS" ${ARGN})
  if(NOT X_PROCESSORS)
    set(X_PROCESSORS 1)
  endif()
  xom_binary(NAME ${X_NAME} SOURCES ${X_SOURCES}
    DEPS ${X_DEPS} GTest::gmock GTest::gtest_main)
  include(GoogleTest)
  # A test binary that a busy machine reads from a cold disk takes longer to
  # list its tests than the five seconds that CMake gives it.
  gtest_discover_tests(${X_NAME}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 300
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTIES LABELS ${X_LABEL} PROCESSORS ${X_PROCESSORS} TIMEOUT 300)
endfunction()
