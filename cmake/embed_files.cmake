# embed_files(target folder...): puts every file below the folders into `target`, named by its path
# from there: an array `target`_files of http/embedded_file.hpp. A folder that is not there embeds
# nothing.
function(embed_files target)
  set(names "")
  set(files "")
  foreach(folder IN LISTS ARGN)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS LIST_DIRECTORIES false ${folder}/*)
    foreach(file IN LISTS found)
      file(RELATIVE_PATH name ${folder} ${file})
      list(APPEND names ${name})
      list(APPEND files ${file})
    endforeach()
  endforeach()
  set(blobs "")
  set(table "")
  set(index 0)
  foreach(name file IN ZIP_LISTS names files)
    string(APPEND blobs "name_${index}: .ascii \"/${name}\"\nname_${index}_end:\n"
                        ".balign 16\ndata_${index}: .incbin \"${file}\"\ndata_${index}_end:\n")
    string(APPEND table ".quad name_${index}, name_${index}_end - name_${index}\n"
                        ".quad data_${index}, data_${index}_end - data_${index}\n")
    math(EXPR index "${index} + 1")
  endforeach()
  set(assembly ${CMAKE_CURRENT_BINARY_DIR}/${target}_files.S)
  file(CONFIGURE OUTPUT ${assembly} @ONLY CONTENT
".section .rodata
${blobs}
.section .data.rel.ro, \"aw\"
.balign 16
.globl ${target}_files
${target}_files:
${table}
.section .rodata
.balign 8
.globl ${target}_files_count
${target}_files_count: .quad ${index}
.section .note.GNU-stack, \"\", @progbits
")
  set_source_files_properties(${assembly} PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${assembly})
endfunction()
