# Debian's S2 ships neither a CMake config nor a pkg-config file.
find_path(S2_INCLUDE_DIR s2/s2cell_id.h)
find_library(S2_LIBRARY s2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(S2 REQUIRED_VARS S2_LIBRARY S2_INCLUDE_DIR)
if(S2_FOUND AND NOT TARGET S2::S2)
  add_library(S2::S2 UNKNOWN IMPORTED)
  set_target_properties(S2::S2 PROPERTIES
    IMPORTED_LOCATION ${S2_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${S2_INCLUDE_DIR})
endif()
