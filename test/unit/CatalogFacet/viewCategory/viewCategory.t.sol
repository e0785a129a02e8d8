// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {ICatalog} from "../../../../contracts/interfaces/ICatalog.sol";
import {Category} from "../../../../contracts/types/Catalog.sol";

contract ViewCategory_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCategoryDoesNotExist(uint256 id) external {
        id = bound(id, 2, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(ICatalog.UnknownCategory.selector, id));
        poco.viewCategory(id);

        vm.expectRevert(abi.encodeWithSelector(ICatalog.UnknownCategory.selector, id));
        poco.viewCategoryABILegacy(id);
    }

    function testFuzz_WhenTheCategoryExists(string calldata label, string calldata text, uint32 clock) external {
        vm.prank(owner.addr);
        uint256 id = poco.createCategory(label, text, clock);

        // It should answer as its legacy view does.
        Category memory category = poco.viewCategory(id);
        (string memory name, string memory description, uint256 ref) = poco.viewCategoryABILegacy(id);
        assertEq(name, category.name, "name");
        assertEq(description, category.description, "description");
        assertEq(ref, category.workClockTimeRef, "clock");
        assertEq(ref, clock, "as created");
    }
}
