// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {ICatalog} from "../../../../contracts/interfaces/ICatalog.sol";
import {Category} from "../../../../contracts/types/Catalog.sol";

contract CreateCategory_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, uint32 clock) external {
        vm.assume(caller != owner.addr);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.createCategory("M", "an hour", clock);
    }

    function testFuzz_RevertWhen_ItsClockDoesNotFit32Bits(uint256 clock) external {
        uint256 shortest = uint256(type(uint32).max) + 1;
        _assertRefused(shortest);
        _assertRefused(bound(clock, shortest, type(uint256).max));
    }

    function _assertRefused(uint256 clock) private {
        vm.expectRevert(abi.encodeWithSelector(ICatalog.CategoryTooLong.selector, clock, type(uint32).max));
        vm.prank(owner.addr);
        poco.createCategory("M", "an hour", clock);
    }

    function testFuzz_WhenItsClockFits(string calldata name, string calldata description, uint32 clock) external {
        // It should emit {CreateCategory}.
        vm.expectEmit(address(poco));
        emit ICatalog.CreateCategory(2, name, description, clock);
        vm.prank(owner.addr);
        uint256 id = poco.createCategory(name, description, clock);

        // It should return the next id.
        assertEq(id, 2, "id");
        assertEq(poco.countCategory(), 3, "count");
        // It should be the category of that id.
        check(id, name, description, clock);
        // It should leave the others as they were.
        check(0, "XS", "five minutes", CLOCK);
        check(1, "S", "twenty minutes", 1200);
    }

    function test_WhenItsClockIsTheLongestThatFits() external {
        vm.prank(owner.addr);
        uint256 id = poco.createCategory("M", "a century and a third", type(uint32).max);

        // It should be the category of that id with this clock.
        check(id, "M", "a century and a third", type(uint32).max);
    }

    function check(uint256 id, string memory name, string memory description, uint256 clock) private view {
        Category memory category = poco.viewCategory(id);
        assertEq(category.name, name, "name");
        assertEq(category.description, description, "description");
        assertEq(category.workClockTimeRef, clock, "clock");
    }
}
