# Generated code, compiled once: messages and stubs are two libraries, so that
# what only reads messages never sees gRPC.
find_program(XOM_GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

# xom_proto_library(NAME proto_x [GRPC] FILES a/b.proto... DEPS ...)
function(xom_proto_library)
  get_target_property(protoc protobuf::protoc LOCATION)
  cmake_parse_arguments(P "GRPC" "NAME" "FILES;DEPS" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${out})
  set(kind pb)
  set(arguments --cpp_out=${out})
  if(P_GRPC)
    set(kind grpc.pb)
    set(arguments --grpc_out=${out}
      --plugin=protoc-gen-grpc=${XOM_GRPC_CPP_PLUGIN})
  endif()
  set(sources)
  foreach(file IN LISTS P_FILES)
    string(REGEX REPLACE "\\.proto$" "" stem ${file})
    add_custom_command(
      OUTPUT ${out}/${stem}.${kind}.cc ${out}/${stem}.${kind}.h
      COMMAND ${protoc} -I ${CMAKE_CURRENT_SOURCE_DIR} ${arguments}
        ${CMAKE_CURRENT_SOURCE_DIR}/${file}
      DEPENDS ${file}
      VERBATIM)
    list(APPEND sources ${out}/${stem}.${kind}.cc)
  endforeach()
  add_library(xom_${P_NAME} STATIC ${sources})
  add_library(xom::${P_NAME} ALIAS xom_${P_NAME})
  target_include_directories(xom_${P_NAME} SYSTEM PUBLIC ${out})
  target_link_libraries(xom_${P_NAME} PUBLIC protobuf::libprotobuf ${P_DEPS})
endfunction()
